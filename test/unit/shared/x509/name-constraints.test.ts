import { describe, expect, it } from 'vitest'
import {
  contextConstructed,
  contextPrimitive,
  encodeTlv,
  OID,
  sequence,
} from '@easycerts/shared/asn1'
import {
  type Certificate,
  encodeSubject,
  findForbiddenName,
  nameConstraintsOf,
  type Subject,
} from '@easycerts/shared/x509'
import { codeOf } from '../../../support/to-throw-code.ts'

const dns = (text: string) => contextPrimitive(2, Buffer.from(text))
const uri = (text: string) => contextPrimitive(6, Buffer.from(text))
const ip = (...octets: readonly number[]) => contextPrimitive(7, Buffer.from(octets))
const directory = (subject: Subject) => contextConstructed(4, encodeSubject(subject))
const email = (text: string) => contextPrimitive(1, Buffer.from(text))

const constraintsOf = (value: Buffer) =>
  nameConstraintsOf({
    extensions: new Map([
      [OID.nameConstraints, { oid: OID.nameConstraints, critical: true, value }],
    ]),
  } as unknown as Certificate)

const constraints = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []) => {
  const part = (tag: number, bases: readonly Buffer[]) =>
    bases.length === 0 ? Buffer.alloc(0) : encodeTlv(tag, ...bases.map((base) => sequence(base)))
  const found = constraintsOf(sequence(part(0xa0, permitted), part(0xa1, excluded)))
  if (!found) throw new Error('no constraints')
  return found
}

const SUBJECT = { commonName: 'system:node:worker-1', organizations: ['system:nodes'] }
const judge = (
  rules: ReturnType<typeof constraints>,
  names: readonly { kind: string; value: string }[],
  subject: Subject = SUBJECT,
) => findForbiddenName(rules, { subject: encodeSubject(subject), names })

describe('name constraints', () => {
  it('are absent where the extension is', () => {
    expect(nameConstraintsOf({ extensions: new Map() } as unknown as Certificate)).toBeUndefined()
  })

  it.each([
    ['lab.example', 'lab.example', true],
    ['lab.example', 'a.b.lab.example', true],
    ['lab.example', 'A.LAB.example', true],
    ['lab.example', 'notlab.example', false],
    ['lab.example', 'example', false],
    ['.lab.example', 'a.lab.example', true],
    ['.lab.example', 'lab.example', false],
    ['', 'anything', true],
  ])('of DNS %j for %s: permitted %s', (base, value, isPermitted) => {
    expect(judge(constraints([dns(base)]), [{ kind: 'dns', value }]) === undefined).toBe(
      isPermitted,
    )
  })

  it.each([
    [ip(10, 0, 0, 0, 255, 0, 0, 0), '10.1.2.3', true],
    [ip(10, 0, 0, 0, 255, 0, 0, 0), '11.1.2.3', false],
    [ip(10, 0, 0, 0, 255, 0, 0, 0), '::a00:1', false],
  ])('of addresses %# for %s: permitted %s', (base, value, isPermitted) => {
    expect(judge(constraints([base]), [{ kind: 'ip', value }]) === undefined).toBe(isPermitted)
  })

  it.each([
    ['root@lab.example', 'Root@Lab.example', true],
    ['root@lab.example', 'jane@lab.example', false],
    ['lab.example', 'jane@lab.example', true],
    ['lab.example', 'jane@a.lab.example', false],
    ['.lab.example', 'jane@a.lab.example', true],
    ['.lab.example', 'jane@lab.example', false],
  ])('of mailboxes %s for %s: permitted %s', (base, value, isPermitted) => {
    const names = [{ kind: 'email', value }]
    expect(judge(constraints([email(base)]), names) === undefined).toBe(isPermitted)
  })

  it('of directories leave a certificate without a subject alone', () => {
    const empty = encodeSubject({ commonName: '', organizations: [] })
    const rules = constraints([directory(SUBJECT)])
    expect(findForbiddenName(rules, { subject: empty, names: [] })).toBeUndefined()
  })

  it.each([
    ['demo', 'easycerts://demo/node/worker-1', true],
    ['demo', 'easycerts://other/node/worker-1', false],
    ['demo', 'easycerts://x.demo/node/worker-1', false],
    ['.demo', 'easycerts://x.demo/node/worker-1', true],
    ['.demo', 'easycerts://demo/node/worker-1', false],
  ])('of URIs %s for %s: permitted %s', (base, value, isPermitted) => {
    expect(judge(constraints([uri(base)]), [{ kind: 'uri', value }]) === undefined).toBe(
      isPermitted,
    )
  })

  it('hold a subject to the beginning of its name', () => {
    const nodes = constraints([directory({ commonName: '', organizations: ['system:nodes'] })])
    expect(judge(nodes, [])).toBeUndefined()
    expect(judge(nodes, [], { commonName: 'x', organizations: ['system:masters'] })).toBe(
      'its subject',
    )
  })

  it('bind only the kinds of name that they speak of', () => {
    const names = [{ kind: 'ip', value: '192.0.2.1' }]
    expect(judge(constraints([dns('lab.example')]), names)).toBeUndefined()
    expect(judge(constraints([email('lab.example')]), names)).toBeUndefined()
  })

  it('exclude, whatever else is permitted', () => {
    const rules = constraints([dns('lab.example')], [dns('secret.lab.example')])
    expect(judge(rules, [{ kind: 'dns', value: 'a.lab.example' }])).toBeUndefined()
    expect(judge(rules, [{ kind: 'dns', value: 'a.secret.lab.example' }])).toBe(
      'a.secret.lab.example',
    )
  })

  it('are refused where they are of a kind that nobody compares', () => {
    const registeredId = contextPrimitive(8, Buffer.of(0x2a))
    expect(codeOf(() => constraints([registeredId]))).toBe('ERR_DER_MALFORMED')
    expect(codeOf(() => constraints([ip(10, 0, 0, 0)]))).toBe('ERR_DER_MALFORMED')
    expect(codeOf(() => constraintsOf(Buffer.of(0x30, 0x01)))).toBe('ERR_DER_MALFORMED')
  })
})
