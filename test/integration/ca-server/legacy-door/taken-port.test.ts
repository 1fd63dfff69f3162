import { once } from 'node:events'
import { createServer } from 'node:net'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { legacySection } from '../../../../apps/ca-server/src/config/sections/legacy.ts'
import { keepLegacyDoor } from '../../../../apps/ca-server/src/commands/keep-legacy-door.ts'
import { NO_LIMITS } from '../../../../apps/ca-server/src/http/limits/index.ts'
import { NO_OBSERVER } from '../../../../apps/ca-server/src/http/listener-observer.ts'
import { openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import { codeOfAsync } from '../../../support/to-throw-code.ts'
import * as v from 'valibot'

it('waits for a port that another program has, and opens the door once that is gone', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const lab = await openLabDesk()
  onTestFinished(() => lab.dispose())
  const log = pino({ level: 'silent' })
  const door = keepLegacyDoor({
    ...{ authority: lab.authority, desk: lab.desk, log, quietLog: log },
    ...{ limits: NO_LIMITS, observer: NO_OBSERVER },
    config: {
      legacy: v.parse(legacySection, { port, tls: 'none' }),
      listen: { address: '127.0.0.1', joinPort: 1, nodePort: 2, publicPort: 0 },
    },
  })
  onTestFinished(() => door.shut())
  const task = door.tasks.find(({ name }) => name === 'legacy-door')!
  const isDue = (): boolean => task.dueAt() <= lab.clock.read()
  expect(isDue()).toBe(false)
  expect(await codeOfAsync(door.open)).toBe('ERR_USAGE')
  expect([door.standing(), isDue()]).toEqual([undefined, true])
  expect(await codeOfAsync(() => task.run())).toBe('ERR_USAGE')

  other.close()
  await once(other, 'close')
  await task.run()
  expect([door.standing(), isDue()]).toEqual([{ address: '127.0.0.1', port }, false])
  await door.shut()
  expect([door.standing(), isDue()]).toEqual([undefined, false])
})
