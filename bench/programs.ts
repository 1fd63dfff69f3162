import { fileURLToPath } from 'node:url'

/** The script that starts an app. */
export const binOf = (app: string): string =>
  fileURLToPath(new URL(`../apps/${app}/bin/${app}.js`, import.meta.url))
