// Arguments: a folder with the folders "pki" and "journal", and the generation to publish.
import { isEasycertsError } from '@easycerts/shared/errors'
import { publishFiles } from '@easycerts/adapters/files'
import { generationOf } from './publish-generation.ts'

const [, , folder = '', generation = ''] = process.argv
try {
  await publishFiles(generationOf(folder, generation))
} catch (error) {
  process.stdout.write(isEasycertsError(error) ? error.code : String(error))
  process.exitCode = 1
}
