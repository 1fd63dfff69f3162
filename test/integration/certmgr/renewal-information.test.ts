import { addDuration, hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { certificateSpec, joinedNode } from '../../support/certmgr/test-node.ts'

const PATH = '/pki/kubelet-client.crt'
const nodeWithCertificate = async () => {
  const node = await joinedNode([certificateSpec('kubelet-client')])
  const { pass } = await node.start()
  await pass()
  return { node, pass, serial: () => node.certificate(PATH).serialNumber }
}

describe('a suggestion of the CA', () => {
  it('is heard at the next contact, and makes a certificate due long before its own time', async () => {
    const { node, pass, serial } = await nodeWithCertificate()
    const first = serial()
    const { now } = node.time
    node.ca.behaviour.window = { start: now, end: addDuration(now, minutes(30)) }
    const next = await pass()
    // Asked at the contact of the first pass, and no contact is due yet.
    expect(serial()).toBe(first)
    expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(minutes(10))
    node.time.now = addDuration(now, minutes(10))
    await pass()
    node.time.now = addDuration(now, minutes(31))
    await pass()
    expect(serial()).not.toBe(first)
    expect(node.log.join('')).toContain('ca-asked')
  })

  it('is followed while the CA is down too, and by a process that starts then', async () => {
    const { node, pass } = await nodeWithCertificate()
    const { now } = node.time
    node.ca.behaviour.window = {
      start: addDuration(now, hours(2)),
      end: addDuration(now, hours(3)),
    }
    node.time.now = addDuration(now, minutes(10))
    await pass()
    node.ca.behaviour.isDown = true
    node.time.now = addDuration(now, hours(3))
    const { pass: passAgain, memory } = await node.start()
    await passAgain()
    expect(memory.attempts.has('kubelet-client')).toBe(true)
    expect(node.certificate(PATH).validity.notAfter > node.time.now).toBe(true)
  })

  it('renews the identity early too', async () => {
    const { node, pass } = await nodeWithCertificate()
    const before = node.store.load()?.certificate.serialNumber
    const { now } = node.time
    node.ca.behaviour.window = { start: now, end: addDuration(now, minutes(20)) }
    for (const at of [10, 21, 32]) {
      node.time.now = addDuration(now, minutes(at))
      await pass()
    }
    expect(node.store.load()?.certificate.serialNumber).not.toBe(before)
  })

  it('does not make a node renew in a loop, however far in the past it lies', async () => {
    const { node, pass } = await nodeWithCertificate()
    const { now } = node.time
    node.ca.behaviour.window = { start: new Date(0), end: new Date(1000) }
    const serials = new Set<string>()
    for (let minute = 0; minute <= 60; minute++) {
      node.time.now = addDuration(now, minutes(minute))
      await pass()
      serials.add(node.certificate(PATH).serialNumber)
    }
    expect(serials.size).toBeGreaterThan(1)
    expect(serials.size).toBeLessThanOrEqual(7)
  })

  it('cannot push renewal so far that the certificate ends', async () => {
    const { node, pass, serial } = await nodeWithCertificate()
    const first = serial()
    const { now } = node.time
    const { notAfter } = node.certificate(PATH).validity
    node.ca.behaviour.window = { start: notAfter, end: addDuration(notAfter, hours(1)) }
    node.time.now = addDuration(now, minutes(10))
    await pass()
    node.time.now = addDuration(now, hours(19))
    await pass()
    expect(serial()).toBe(first)
    node.time.now = addDuration(now, hours(20.5))
    await pass()
    expect(serial()).not.toBe(first)
  })

  it('is not missed: a CA that knows of none leaves the certificate its own time', async () => {
    const { node, pass, serial } = await nodeWithCertificate()
    const first = serial()
    node.time.advance(hours(17))
    await pass()
    expect(serial()).not.toBe(first)
    expect(node.log.join('')).not.toContain('ca-asked')
  })
})
