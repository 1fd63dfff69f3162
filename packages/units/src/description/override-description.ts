import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml'

/** What a command line may say otherwise than the file. */
export interface DescriptionOverrides {
  readonly flavour?: string
  readonly kubernetesVersion?: string
}

/** The text with these values in it. Every line keeps its place, and so does every fault. */
export const overrideDescription = (text: string, overrides: DescriptionOverrides): string =>
  Object.entries(overrides)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .reduce((changed, [key, value]) => withValue(changed, key, JSON.stringify(value)), text)

/** What is no map is left to whoever reads it, who says so. */
const withValue = (text: string, key: string, value: string): string => {
  const { contents } = parseDocument(text, { prettyErrors: false })
  if (!isMap(contents)) return text
  const pair = contents.items.find((item) => isScalar(item.key) && item.key.value === key)
  const [start, end] = (isNode(pair?.value) ? pair.value.range : undefined) ?? []
  if (start !== undefined && end !== undefined)
    return `${text.slice(0, start)}${start === end ? ' ' : ''}${value}${text.slice(end)}`
  return withPair(text, contents, `${key}: ${value}`)
}

const withPair = (text: string, { flow, range }: YAMLMap, pair: string): string => {
  const [start = 0, end = text.length] = range ?? []
  if (flow === true) {
    const isEmpty = text.slice(start + 1, end - 1).trim() === ''
    return `${text.slice(0, start + 1)}${pair}${isEmpty ? '' : ', '}${text.slice(start + 1)}`
  }
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1))
  const glue = text.slice(0, end).endsWith('\n') ? '' : '\n'
  return `${text.slice(0, end)}${glue}${indent}${pair}\n${text.slice(end)}`
}
