import { createLog, failureFields, type LogFormat } from '@easycerts/adapters/log'
import { EasycertsError } from '@easycerts/shared/errors'
import { describe, expect, it } from 'vitest'

const linesOf = (format: LogFormat, level: 'info' | 'warn' = 'info') => {
  const lines: string[] = []
  const sink = { write: (text: string) => lines.push(text) }
  const clock = () => new Date('2030-01-01T00:00:00Z')
  return { lines, log: createLog({ sink, format, level, clock }) }
}

describe('the log', () => {
  it('writes one line of text per event', () => {
    const { lines, log } = linesOf('text')
    log.info('certificate renewed', { name: 'kubelet', key: 'new', empty: undefined })
    expect(lines).toEqual(['level=info msg="certificate renewed" name=kubelet key=new\n'])
  })

  it('lets nothing from outside begin a line of its own or steer a terminal', () => {
    const { lines, log } = linesOf('text')
    log.warn('refused', { reason: 'a\nlevel=info msg=forged \u001b[2J' })
    expect(lines).toEqual(['level=warn msg=refused reason="a level=info msg=forged [2J"\n'])
  })

  it('writes JSON with the time', () => {
    const { lines, log } = linesOf('json')
    log.error('failed', failureFields(new EasycertsError('ERR_CA_TIMEOUT', 'too late')))
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      time: '2030-01-01T00:00:00.000Z',
      level: 'error',
      code: 'ERR_CA_TIMEOUT',
      reason: 'too late',
    })
  })

  it('leaves out what is below its level', () => {
    const { lines, log } = linesOf('text', 'warn')
    log.info('hello')
    expect(lines).toEqual([])
  })
})
