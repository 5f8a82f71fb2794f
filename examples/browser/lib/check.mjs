/** What a journey expects of the pages; what it does not find ends it. */
export function check(holds, what) {
  if (!holds) throw new Error(what);
}
