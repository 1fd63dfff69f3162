import { describe, expect, it } from 'vitest'
import { parseRelease } from '@easycerts/units/description'
import { explainSetting, releaseChanges } from '@easycerts/units/explanation'
import { builtFor, described } from '../../support/units/described-cluster.ts'
import { codeOf } from '../../support/to-throw-code.ts'

const master = { node: 'master-1', stack: builtFor('master-1').stack }
const worker = { node: 'worker-1', stack: builtFor('worker-1').stack }

describe('an explanation', () => {
  it('tells of a flag why it is there, since when, who says so, and its value on each node', () => {
    const [row, ...others] = explainSetting('--service-account-issuer', [master, worker])
    expect(others).toEqual([])
    expect(row).toMatchObject({ kind: 'flag', of: 'kube-apiserver', since: '1.10' })
    expect(row?.why).not.toBe('')
    expect(row?.source).toContain('95896')
    expect(row?.values).toEqual([
      {
        node: 'master-1',
        where: 'kube-apiserver.service',
        value: 'https://kubernetes.default.svc.cluster.local',
      },
    ])
  })

  it('finds a field by its last word, in configuration files', () => {
    const rows = explainSetting('clusterDNS', [worker])
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ of: 'KubeletConfiguration', values: [{ value: '10.96.0.10' }] })
  })

  it('knows what no node has any more', () => {
    const [row] = explainSetting('insecure-port', [master])
    expect(row).toMatchObject({ removed: '1.24', values: [] })
  })

  it('takes an underscore for a dash, as components do', () => {
    expect(explainSetting('service_account_issuer', [master])).toHaveLength(1)
  })

  it('refuses a name that nobody has, and says which may be meant', () => {
    expect(codeOf(() => explainSetting('servce-account-issuer', [master]))).toBe('ERR_USAGE')
  })
})

describe('the changes between two releases', () => {
  const changes = (from: string, to: string) => {
    const [before, after] = [from, to].map((release) => ({
      release: parseRelease(release),
      stack: builtFor('master-1', described({ kubernetesVersion: release })).stack,
    }))
    return releaseChanges(before!, after!)
  }

  it('are none between a release and itself', () => {
    expect(changes('1.30', '1.30')).toEqual({ files: [], settings: [] })
  })

  it('name the flag that moved to a file, with its reason and its source', () => {
    const { settings, files } = changes('1.27', '1.28')
    const controllers = settings.find(({ name }) => name === 'controllers')
    expect(controllers).toMatchObject({
      of: 'kube-controller-manager',
      before: expect.stringContaining('csrsigning') as string,
      after: expect.stringContaining('certificatesigningrequest') as string,
    })
    expect(controllers?.reason).not.toBe('')
    expect(files.map(({ path }) => path)).toContain(
      '/etc/systemd/system/kube-controller-manager.service',
    )
  })

  it('say of every setting of ours what it is for', () => {
    const { settings } = changes('1.15', '1.36')
    expect(settings.length).toBeGreaterThan(2)
    expect(
      settings.filter(({ source }) => source === undefined).map(({ of, name }) => `${of} ${name}`),
    ).toEqual([])
  })
})
