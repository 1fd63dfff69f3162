import * as v from 'valibot'

/** A text that a parser makes a value of; its undefined is a fault with this message. */
export const parsedText = <Value>(
  parse: (text: string) => Value | undefined,
  message: string,
  bound = 4096,
) =>
  v.pipe(
    v.string('is not text'),
    v.maxLength(bound, `is longer than ${bound}`),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = parse(dataset.value)
      if (value !== undefined) return value
      addIssue({ message })
      return NEVER
    }),
  )
