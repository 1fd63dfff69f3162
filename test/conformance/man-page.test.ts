import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { manPage } from '../../packages/adapters/src/command-line/man-page.ts'
import { describeWith } from '../support/needed-tool.ts'
import { runInProcess } from '../support/run-in-process.ts'

const pageOf = async (): Promise<string> => {
  const { stdout } = await runInProcess(['man'])
  return (JSON.parse(stdout) as { page: string }).page
}

describeWith('groff', 'groff sets the manual page of ca-server', () => {
  const render = (page: string) =>
    spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou', '-rLL=100n'], {
      input: page,
      encoding: 'utf8',
    })

  it('without a warning', async () => {
    expect(render(await pageOf())).toMatchObject({ status: 0, stderr: '' })
  })

  it('with every command, its options, their values and the examples', async () => {
    const { stdout } = render(await pageOf())
    expect(stdout).toContain('ca-server - the certificate authority of a Kubernetes cluster')
    expect(stdout).toContain('ca-server certificate issue [options]')
    expect(stdout).toMatch(/--role <role>\s+of this role \(one of worker, master\)/)
    expect(stdout).toMatch(/--key-algorithm <name>\s+of the new key \(default: ecdsa-p256\)/)
    expect(stdout).toContain(
      '  ca-server ticket create --node worker-1 --role worker --address 10.0.0.11\n',
    )
  })

  it('with text that begins like a request, or holds an escape, as it is', () => {
    const option = { name: '--x', flags: '--x', description: String.raw`\n[.T]` } as const
    const page = manPage(
      {
        ...{ path: ['demo'], summary: '.so /etc/shadow', usage: '', notes: "'notes'" },
        ...{ argument: 'none', commands: [] },
        options: [{ ...option, value: 'none', fallback: undefined }],
      },
      '1',
    )
    const { stdout, stderr } = render(page)
    expect(stderr).toBe('')
    expect(stdout).toContain('demo - .so /etc/shadow')
    expect(stdout).toContain(String.raw`\n[.T]`)
  })
})
