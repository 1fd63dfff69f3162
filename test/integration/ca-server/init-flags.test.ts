import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInProcess } from '../../support/run-in-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe('ca-server init', () => {
  it.each([
    ['a name with a blank', ['--name', 'my cluster'], 'ERR_CONFIG_INVALID', 78],
    ['a name in upper case', ['--name', 'Demo'], 'ERR_CONFIG_INVALID', 78],
    ['an address that is none', ['--address', '10.0.0.300'], 'ERR_CONFIG_INVALID', 78],
    ['a port beyond 65535', ['--join-port', '70000'], 'ERR_CONFIG_INVALID', 78],
    ['a port that is no number', ['--join-port', 'https'], 'ERR_CONFIG_INVALID', 78],
    ['one port twice', ['--join-port', '7444'], 'ERR_CONFIG_INVALID', 78],
    ['a range with host bits', ['--service-cidr', '10.96.0.1/12'], 'ERR_CONFIG_INVALID', 78],
    ['a URL that is not https', ['--apiserver', 'http://10.0.0.1'], 'ERR_CONFIG_INVALID', 78],
    ['a Kubernetes of the future', ['--kubernetes-version', '2.0'], 'ERR_CONFIG_INVALID', 78],
    ['a life of a second', ['--certificate-life', '1s'], 'ERR_CONFIG_INVALID', 78],
    ['an unknown key algorithm', ['--key-algorithm', 'dsa'], 'ERR_USAGE', 64],
    ['an issuer life that is none', ['--issuer-life', '10y'], 'ERR_DURATION_INVALID', 65],
    [
      'an issuer life beyond X.509',
      ['--issuer-life', '9999999d'],
      'ERR_VALIDITY_NOT_PERMITTED',
      77,
    ],
    ['an issuer life below a leaf’s', ['--issuer-life', '1h'], 'ERR_VALIDITY_NOT_PERMITTED', 77],
    ['an unknown flag', ['--force'], 'ERR_USAGE', 64],
  ])('leaves nothing behind after %s', async (_title, flags, code, exitCode) => {
    const folder = temporaryFolder()
    const result = await runInProcess([
      ...['--data-directory', join(folder, 'ca'), 'init', '--name', 'demo'],
      ...['--address', '127.0.0.1', '--insecure-plaintext-keys', ...flags],
    ])
    expect(result).toMatchObject({ code, exitCode })
    expect(readdirSync(folder)).toEqual([])
  })
})
