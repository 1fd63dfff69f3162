import type { Check } from './check.ts'
import { isAccountable, producedPaths } from './producers.ts'

/** Absolute paths in a text, after what can stand before one. */
const PATH = /(?<=^|[\s=:,"'([]|unix:\/\/|file:\/\/)\/[A-Za-z0-9][\w./@+-]*/gm

/** They make users and directories, or name paths inside of containers. */
const OTHER_PATHS = /^\/etc\/(sysusers|tmpfiles)\.d\/|\/(manifests|(bootstrap-)?addons)\//

/** A program that is given a file which nobody makes never starts. */
export const filesAreMade: Check = {
  name: 'files are made by someone',
  find: (checked) => {
    const produced = producedPaths(checked)
    return checked.stack.files
      .filter(({ path }) => !OTHER_PATHS.test(path))
      .flatMap(({ path: file, content }) =>
        [...new Set(pathsIn(content))]
          .filter((path) => isAccountable(path) && !produced.has(path))
          .map((path) => `${file} names ${path}, which nobody makes on this node`),
      )
  },
}

const pathsIn = (content: string): string[] =>
  (content.replace(/^\s*[#;].*$/gm, '').match(PATH) ?? []).map((path) => path.replace(/[/.]+$/, ''))
