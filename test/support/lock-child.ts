// Argument: path of a lock. Prints 'held' and keeps it until it is killed, or prints the error code.
import { acquireProcessLock } from '@easycerts/adapters/process'
import { isEasycertsError } from '@easycerts/shared/errors'

const [, , path = ''] = process.argv
try {
  await acquireProcessLock(path, () => new Date())
  process.stdout.write('held\n')
  setInterval(() => undefined, 60_000)
} catch (error) {
  process.stdout.write(`${isEasycertsError(error) ? error.code : String(error)}\n`)
}
