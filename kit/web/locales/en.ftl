# What every site says alike.
skip-to-content = Skip to the content
language-choose = Language
field-optional = (optional)
field-error = Error:
field-show = Show
field-hide = Hide
errors-heading = Please check this form
errors-lead = Nothing was done.
pages-previous = Previous page
pages-next = Next page
pages-of = Page { $page } of { $pages }
close = Close

# Times that people wait.
wait-seconds = { $count ->
    [one] a second
   *[other] { $count } seconds
}
wait-minutes = { $count ->
    [one] a minute
   *[other] { $count } minutes
}
wait-hours = { $count ->
    [one] an hour
   *[other] { $count } hours
}
wait-days = { $count ->
    [one] a day
   *[other] { $count } days
}

# Calendar
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date-long = { $day } { $month } { $year }
date-month = { $month } { $year }
date-time = { $date }, { $time }

# What went wrong outside a form: titles and what to do next, by code.
problem-try-again = Please try again in { $wait }.
problem-invalid-request = This request could not be read
problem-invalid-request-next = Please go back, reload the page and try again.
problem-unauthenticated = Please log in
problem-unauthenticated-next = Log in, and this page opens.
problem-not-found = There is nothing here
problem-not-found-next = The address may be mistyped, or what it led to is gone.
problem-method-not-allowed = This does not work here
problem-method-not-allowed-next = Please use the links and buttons of the page.
problem-payload-too-large = That was too much
problem-payload-too-large-next = Please send less.
problem-unsupported-media-type = This request could not be read
problem-unsupported-media-type-next = Please go back, reload the page and try again.
problem-internal = Something went wrong on our side
problem-internal-next = It is logged, and we look at it. Please try again in a little while.
problem-busy = It is very busy right now
problem-busy-next = Nothing was done. Please try again in a moment.
problem-deadline = This took too long
problem-deadline-next = What you asked for may still happen. Look first before you send it again.
problem-csrf-foreign = This form was not accepted
problem-csrf-foreign-next = It was sent from another website, so nothing was done. Open the page here and send it again.
foot-zone = Time zone: { $zone }
form-again = Your session in this browser had ended, so nothing was done. Check the form and send it again. If this message comes back, allow cookies for this site.
problem-csrf-stale = This form was too old
problem-csrf-stale-next = You may have logged in or out since it was opened. Nothing was done. Go back, reload the page and send it again.
problem-csrf-no-cookie = Your browser did not send our cookie back
problem-csrf-no-cookie-next = Nothing was done. Allow cookies for this site and try again.
problem-forbidden = This is not allowed
problem-forbidden-next = You are logged in, but this belongs to somebody else.
problem-request-timeout = Your request arrived too slowly
problem-request-timeout-next = Nothing was done. Please check your connection and try again.
problem-unavailable = Something that we need does not work right now
problem-unavailable-next = Nothing was done. Please try again in a little while.
problem-outcome-unknown = We cannot say yet whether this was done
problem-outcome-unknown-next = Look first. If you send the same form again, it still happens only once.
