import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hours, minutes } from '@easycerts/shared/time'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCfsslCa, startCfssl } from '../../support/cfssl/start-cfssl.ts'
import { oldMachine, oldSpec } from '../../support/certmgr/old-machine.ts'
import { describeWith } from '../../support/needed-tool.ts'
import { openssl } from '../../support/openssl.ts'

describeWith('cfssl', 'a spec of the old certmgr, kept by cfssl serve', () => {
  it('gets its certificate, its CA and one action, and then is left alone', async () => {
    const machine = oldMachine()
    const ca = createCfsslCa('lab')
    const { port } = await startCfssl(ca)
    machine.spec('web', oldSpec(machine, `127.0.0.1:${port}`))
    const { pass } = await machine.start()
    await pass()
    expect(machine.read('pki/ca.pem')).toBe(ca.certificate)
    const { names } = machine.certificate('pki/web.pem')
    expect(names).toEqual([
      { kind: 'dns', value: 'web.example' },
      { kind: 'ip', value: '127.0.0.1' },
    ])
    const verified = openssl(
      ['verify', '-CAfile', machine.at('pki/ca.pem'), machine.at('pki/web.pem')],
    )
    expect(verified).toContain('OK')
    expect(machine.actions()).toEqual([
      ['ca.pem', 'web.pem', 'web.key'].map((name) => machine.at(`pki/${name}`)).join(' '),
    ])
    const files = machine.files()
    await pass()
    expect(machine.files()).toEqual(files)
    expect(machine.actions()).toHaveLength(1)
  })
})
