// Arguments: a folder with the folder "pki", the mode, and the generation to publish.
import { isEasycertsError } from '@easycerts/shared/errors'
import { type Mode, publishIn } from './publish-modes.ts'

const [, , folder = '', mode = 'files', generation = ''] = process.argv
try {
  await publishIn(folder, mode as Mode, generation)
} catch (error) {
  process.stdout.write(isEasycertsError(error) ? error.code : String(error))
  process.exitCode = 1
}
