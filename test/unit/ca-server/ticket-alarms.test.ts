import { beforeEach, describe, expect, it } from 'vitest'
import { addDuration, hours, minutes } from '@easycerts/shared/time'
import { TicketAlarms } from '../../../apps/ca-server/src/authority/ticket-alarms.ts'

const START = new Date('2030-01-01T00:00:00Z')

let alarms: TicketAlarms
beforeEach(() => {
  alarms = new TicketAlarms()
})

const guess = (address: string, count: number, now = START): number[] =>
  Array.from({ length: count }, () => alarms.noteGuess(address, now)).filter(
    (news) => news !== undefined,
  )

describe('wrong proofs', () => {
  it('alarm at 10, 100 and 1000 of one address, and are no news in between', () => {
    expect(guess('192.0.2.1', 9)).toEqual([])
    expect(guess('192.0.2.1', 1)).toEqual([10])
    expect(guess('192.0.2.1', 2000)).toEqual([100, 1000])
  })

  it('count by address and by the hour', () => {
    guess('192.0.2.1', 9)
    expect(guess('192.0.2.2', 9)).toEqual([])
    expect(guess('192.0.2.1', 9, addDuration(START, hours(1)))).toEqual([])
    expect(guess('192.0.2.1', 1, addDuration(START, hours(1)))).toEqual([10])
  })

  it('of more addresses than it tells apart count together', () => {
    for (let index = 0; index < 1000; index++) guess(`192.0.2.${index}`, 1)
    const news = Array.from({ length: 10 }, (_, index) => guess(`198.51.100.${index}`, 1)).flat()
    expect(news).toEqual([10])
  })

  it('are a hundred alarms an hour at most, wherever they come from', () => {
    const news = Array.from({ length: 500 }, (_, index) => guess(`10.0.${index}.1`, 10)).flat()
    expect(news).toHaveLength(100)
    expect(guess('10.9.9.9', 10, addDuration(START, hours(2)))).toEqual([10])
  })
})

describe('what an operator is shown', () => {
  it('is of the last hour, oldest first', () => {
    alarms.note('first', START)
    alarms.note('second', addDuration(START, minutes(30)))
    expect(alarms.recent(addDuration(START, minutes(59)))).toEqual(['first', 'second'])
    expect(alarms.recent(addDuration(START, minutes(60)))).toEqual(['second'])
  })

  it('is twenty alarms at most, the newest', () => {
    for (let index = 0; index < 30; index++) alarms.note(String(index), START)
    expect(alarms.recent(START)).toHaveLength(20)
    expect(alarms.recent(START).at(-1)).toBe('29')
  })
})
