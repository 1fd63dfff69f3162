import { parse } from 'yaml'
import { mutateJson } from './mutate-json.ts'
import { type Mutation, mutateText } from './mutate-text.ts'

/** As text, or as the JSON of its value, which is YAML too: most changes of the text break its form. */
export const mutateYaml: Mutation = (input, other, random) =>
  random() < 0.3
    ? mutateText(input, other, random)
    : mutateJson(jsonOf(input), jsonOf(other), random)

const jsonOf = (text: Buffer): Buffer => {
  try {
    const json = JSON.stringify(parse(text.toString('utf8'), { logLevel: 'silent' })) as
      | string
      | undefined
    return Buffer.from(json ?? 'null')
  } catch {
    return text
  }
}
