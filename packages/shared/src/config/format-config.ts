import { stringify } from 'yaml'

/** YAML that `parseConfig` reads back, under a comment that says who wrote it and why. */
export const formatConfig = (comment: string, value: unknown): string =>
  `# ${comment}\n${stringify(value, { lineWidth: 0 })}`
