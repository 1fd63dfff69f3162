import { formatLegacyRemote, parseLegacyConfig } from '@easycerts/shared/legacy-certmgr'
import { hours, minutes, seconds } from '@easycerts/shared/time'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../../../support/to-throw-code.ts'

const parse = (text: string, environment: Readonly<Record<string, string | undefined>> = {}) =>
  parseLegacyConfig({ file: 'certmgr.yaml', text, environment })

const faultsOf = (text: string, environment: Readonly<Record<string, string>> = {}): string[] => {
  try {
    parse(text, environment)
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : []
  }
  return []
}

describe('the configuration of the old certmgr', () => {
  it('is read in full', () => {
    const config = parse(`
dir: /var/lib/certmgr/d/
default_remote: http://127.0.0.1:18887,ca2
svcmgr: command
before: 24h
interval: 4s
interval_splay: 1s
initial_splay: 2m
metrics_port: 18990
metrics_address: 127.0.0.1
log: { json: true, level: warning }
`)
    expect(config).toMatchObject({
      specs: '/var/lib/certmgr/d',
      serviceManager: 'command',
      renewal: {
        before: hours(24),
        interval: seconds(4),
        intervalSplay: seconds(1),
        initialSplay: minutes(2),
      },
      metrics: { address: '127.0.0.1', port: 18990 },
      log: { json: true, level: 'warning' },
      warnings: [],
    })
    expect(config.remotes.map(formatLegacyRemote)).toEqual([
      'http://127.0.0.1:18887',
      'http://ca2:8888',
    ])
  })

  it('has the old defaults', () => {
    expect(parse('dir: /d')).toEqual({
      specs: '/d',
      remotes: [],
      serviceManager: 'dummy',
      renewal: { before: hours(72), interval: hours(1), intervalSplay: 0, initialSplay: 0 },
      metrics: undefined,
      log: { json: false, level: 'info' },
      warnings: [],
    })
  })

  it('is JSON as NixOS writes it, whose metrics the old certmgr left off', () => {
    const text = `{"dir":"/nix/store/x-certmgr.d","default_remote":"127.0.0.1:8888","svcmgr":"command",
      "before":"72h","interval":"30m","metricsPort":9488,"metricsAddress":"127.0.0.1"}`
    expect(parse(text).metrics).toEqual({ address: '127.0.0.1', port: 9488 })
  })

  it('is overridden by the environment, of which an empty variable says nothing', () => {
    const config = parse('dir: /d\nbefore: 1h\nmetrics_address: ::1', {
      CERTMGR_BEFORE: '2h',
      CERTMGR_INTERVAL: '',
      CERTMGR_SVCMGR: 'systemd',
      CERTMGR_METRICS_PORT: '9488',
      CERTMGR_DIR: '/e',
      PATH: '/bin',
    })
    expect(config).toMatchObject({
      specs: '/e',
      serviceManager: 'systemd',
      renewal: { before: hours(2), interval: hours(1) },
      metrics: { address: '::1', port: 9488 },
    })
  })

  it('tells every fault at once, of file and environment', () => {
    expect(
      faultsOf('dirr: /d\nbefore: 3d\nsvcmgr: upstart\ninterval: 0s\nmetrics_port: 70000\n', {
        CERTMGR_BEFORE: 'never',
        CERTMGR_DEFAULT_REMOTE: 'https://u:secret@ca',
      }).map((fault) => fault.split(': ').slice(0, 2).join(' ')),
    ).toEqual([
      'certmgr.yaml:1:1 dirr',
      'certmgr.yaml:2:1 before',
      'certmgr.yaml:3:1 svcmgr',
      'certmgr.yaml:4:1 interval',
      'certmgr.yaml:5:1 metrics_port',
      'CERTMGR_DEFAULT_REMOTE is not a remote (https://host:port, host:port, or several parted by commas)',
      'CERTMGR_BEFORE is not a duration of Go (write 72h, 1h30m, 90s; there are no days)',
    ])
  })

  it('does not pass over a key that it does not know, and says which one was meant', () => {
    expect(faultsOf('dir: /d\ndefault_remotes: ca\nservice_manager: systemd\n')).toEqual([
      'certmgr.yaml:2:1: default_remotes: unknown key, did you mean "default_remote"?',
      'certmgr.yaml:3:1: service_manager: unknown key',
    ])
  })

  it('needs the directory of the specs from somewhere', () => {
    expect(faultsOf('before: 1h\n')).toEqual(['certmgr.yaml:1:1: dir: is missing'])
    expect(codeOf(() => parse('before: 1h\n'))).toBe('ERR_CONFIG_INVALID')
  })

  it.each(['interval: 30', 'before: 72'])('does not take %s for nanoseconds', (line) => {
    expect(faultsOf(`dir: /d\n${line}\n`)).toEqual([expect.stringContaining('write a unit')])
  })

  it('warns of what is not read', () => {
    const { warnings } = parse('dir: /d\nmetrics_port: 1\n', {
      CERTMGR_INTERVALL: '1h',
      CERTMGR_KEY_PATH: '/x',
    })
    expect(warnings).toEqual([
      'CERTMGR_INTERVALL: is not read, did you mean CERTMGR_INTERVAL?',
      expect.stringContaining('metrics'),
    ])
  })
})
