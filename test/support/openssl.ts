import { spawnSync } from 'node:child_process'

export interface OpensslResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One run of OpenSSL's own program: an opinion on our output that is not ours. */
export const openssl = (args: readonly string[], input = ''): OpensslResult => {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, encoding: 'utf8' })
  return { exitCode: status, stdout, stderr }
}
