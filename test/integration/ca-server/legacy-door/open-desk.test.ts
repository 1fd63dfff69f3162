import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { labFile, openLabDesk } from '../../../support/cfssl/lab-desk.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { codeOfAsync } from '../../../support/to-throw-code.ts'

const open = async (...wish: Parameters<typeof openLabDesk>) => {
  const lab = await openLabDesk(...wish)
  onTestFinished(lab.dispose)
  return lab
}

describe('the desk of the cfssl API', () => {
  it('works with the issuer of the cluster and the profiles of the file', async () => {
    const { desk, authority } = await open()
    expect(desk.root.issuer).toBe(authority.issuers.cluster)
    expect(desk.root.signing.profiles.size).toBe(12)
    expect(desk.labels.size).toBe(0)
    expect(desk.notes?.length).toBeGreaterThan(0)
  })

  it('has nothing open and no key that is worth anything unless the configuration says so', async () => {
    const { desk } = await open()
    expect(desk.switches.size).toBe(0)
    expect(desk.keys.size).toBe(0)
    expect(desk.ocsp).toBeUndefined()
  })

  it("gives a key's row the subjects of nodes unless it names others", async () => {
    const { desk } = await open({
      keys: { main: [{ profiles: ['server'] }, { profiles: ['client'], subjects: 'any' }] },
    })
    const rows = desk.keys.get('main')?.rows
    expect(rows?.[0]?.subjects).toContainEqual({
      commonName: 'system:node:*',
      organizations: ['system:nodes'],
    })
    expect(rows?.[0]?.controlPlaneNames).toBe(false)
    expect(rows?.[1]?.subjects).toBe('any')
  })

  it('reads auth keys from the environment and from files', async () => {
    const folder = temporaryFolder()
    const config = join(folder, 'cfssl.json')
    writeFileSync(join(folder, 'key'), 'aabb\n')
    const profile = { usages: ['signing'], expiry: '1h' }
    const profiles = {
      a: { ...profile, auth_key: 'a' },
      b: { ...profile, auth_key: 'b' },
    }
    const auth_keys = {
      a: { type: 'standard', key: 'env:TOKEN' },
      b: { type: 'standard', key: `file:${join(folder, 'key')}` },
    }
    writeFileSync(config, JSON.stringify({ signing: { profiles }, auth_keys }))
    const { desk } = await open({ signingConfig: config }, { TOKEN: 'ccdd' })
    const keyOf = (name: string) =>
      desk.root.signing.profiles.get(name)?.authKeys[0]?.key.reveal().toString('hex')
    expect([keyOf('a'), keyOf('b')]).toEqual(['ccdd', 'aabb'])
  })

  it("has multirootca's labels, each an issuer of this CA", async () => {
    const roots = join(temporaryFolder(), 'roots')
    const text = readFileSync(labFile('multiroot.conf'), 'utf8')
    const inLab = text
      .replaceAll('/var/lib/cfssl-lab/ca/', `${labFile('')}/`)
      .replaceAll('/var/lib/cfssl-lab/conf/', `${labFile('')}/`)
    writeFileSync(roots, inLab)
    const { desk, authority } = await open({ roots, defaultLabel: 'primary' })
    expect([...desk.labels.keys()]).toEqual(['primary', 'denied'])
    expect(desk.root.networks).toEqual(['127.0.0.0/8'])
    expect(desk.labels.get('denied')?.issuer).toBe(authority.issuers.cluster)

    writeFileSync(roots, inLab.replace(labFile('ca.pem'), labFile('tls.pem')))
    expect(await codeOfAsync(openLabDesk({ roots }))).toBe('ERR_CONFIG_INVALID')
  })

  it('signs OCSP answers with the certificate that it was given, if the key is its own', async () => {
    const certificate = labFile('ocsp.pem')
    const { desk } = await open({ ocsp: { certificate, key: labFile('ocsp-key.pem') } })
    expect(desk.ocsp?.interval).toBe(96 * 3600 * 1000)
    const wrong = openLabDesk({ ocsp: { certificate, key: labFile('tls-key.pem') } })
    expect(await codeOfAsync(wrong)).toBe('ERR_CONFIG_INVALID')
  })
})
