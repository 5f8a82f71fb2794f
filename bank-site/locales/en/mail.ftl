# Mails. Plain text; lines are short, as mail programs do not break them.
mail-greeting = Hello { $name },
mail-sign-off =
    Your bank

    This mail was sent by a program; answers to it reach nobody.
mail-not-you =
    If it was not you, log in at once, see what happened under "Security",
    and change your password and PIN:

mail-password-changed = Your password was changed
mail-password-changed-text =
    The password of your account with us was changed on { $when }.
    All your other sessions have ended.

mail-pin-changed = Your PIN was changed
mail-pin-changed-text =
    The PIN of your account { $account } was changed on { $when }.
    All your other sessions have ended.

mail-pin-blocked = Your PIN is blocked
mail-pin-blocked-text =
    The PIN of your account { $account } was entered wrongly too often,
    for the last time on { $when }. Paying with it is blocked until
    you log in with your password and set a new PIN. Nobody can pay with the
    old one meanwhile.

mail-reset-asked = Set a new password
mail-reset-asked-text =
    Somebody said that they had forgotten the password of your account with
    us. If it was you, set a new one here:
mail-reset-asked-until =
    The link works once, until { $until }.

    If it was not you, you need do nothing: your password stays as it is,
    and without this mail nobody can change it.

mail-password-reset = Your new password is set
mail-password-reset-text =
    A new password was set for your account with us on { $when }, by
    the link that we had sent to you. All your sessions have ended.

mail-account-closed = Your account is closed
mail-account-closed-text =
    Your account { $account } was closed on { $when }.
    Nothing can be paid into it or from it any more. Its statement stays
    there for you to read.
