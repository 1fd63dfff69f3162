import * as v from 'valibot'

/** Turns one of our parsers into a check, so that a fault is reported with its line. */
export const checkedBy = (parse: (text: string) => unknown, expectation: string) =>
  v.pipe(
    v.string(),
    v.check((text) => {
      try {
        parse(text)
        return true
      } catch {
        return false
      }
    }, expectation),
  )
