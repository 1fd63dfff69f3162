import { SERVICE_PROGRAMS } from '@easycerts/adapters/service-manager'
import { FIRST_COMPONENTS } from '@easycerts/shared/certificate-spec'
import { RETRY_WAITS } from '@easycerts/shared/renewal'
import { formatDuration } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { CHANGE_VARIABLES } from '../../apps/certmgr/src/plan/environment-of.ts'
import { readText } from './repository-files.ts'

const page = readText('docs/actions.md')

/** The rows below a header that begins with these columns, cells without padding and code marks. */
const tableOf = (...columns: string[]): string[][] => {
  const lines = page.split('\n')
  const header = new RegExp(`^\\| ${columns.join(' +\\| ')} +\\|`)
  const start = lines.findIndex((line) => header.test(line))
  const rows = lines.slice(start + 2)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')))
}

describe('docs/actions.md', () => {
  it('lists the variables of a command as they are in the code', () => {
    expect(tableOf('variable').map(([name]) => name)).toEqual(Object.keys(CHANGE_VARIABLES))
  })

  it('lists the waits between attempts as they are in the code', () => {
    const waits = RETRY_WAITS.map((wait, index) => [
      index + 1 < RETRY_WAITS.length ? `${index + 1}` : `${index + 1} and more`,
      formatDuration(wait),
    ])
    expect(tableOf('failures in a row')).toEqual(waits)
  })

  it('names what comes first in its order', () => {
    const order = FIRST_COMPONENTS.map((name) => page.indexOf(`those of ${name}`))
    expect(order.every((at) => at > 0)).toBe(true)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  it('shows how each service manager is asked', () => {
    const managers = Object.entries(SERVICE_PROGRAMS).map(([kind, { program, verbs }]) => [
      kind,
      program?.join(' ') ?? 'your own',
      ...[verbs.restart, verbs.reload, verbs['is-running']].map((words) => words.join(' ')),
    ])
    expect(tableOf('kind', 'program')).toEqual(managers)
  })
})
