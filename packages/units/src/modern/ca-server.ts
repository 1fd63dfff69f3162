import { CA_PATHS } from '@easycerts/shared/layout'
import { caServerHardening } from '../systemd/index.ts'
import type { ComponentFiles } from '../stack/index.ts'
import { type DaemonFacts, daemonLines, stateDirectory } from './easycerts-daemon.ts'
import { easycertsService } from './service-unit.ts'

/** Owns the data directory: systemd hands it over at the first start if root made it. */
export const CA_USER = 'easycerts'

/** It answers within milliseconds; a minute of silence is a hang. */
const WATCHDOG_SECONDS = 60

const CREDENTIAL = `ca-server-kek:${CA_PATHS.dataDirectory}/keys/kek.cred`

export const caServer = (facts: DaemonFacts): ComponentFiles => {
  const { programs, watchdogSeconds } = facts
  if (facts.caServer === undefined) return { units: [], files: [] }
  const sealed = facts.caServer.sealedKeys
  const unit = easycertsService({
    name: 'ca-server.service',
    description: 'ca-server, the certificate authority of the cluster',
    after: [],
    // Until "ca-server init" has run there is nothing to serve.
    conditions: [['ConditionDirectoryNotEmpty', CA_PATHS.dataDirectory]],
    type: 'notify',
    user: CA_USER,
    restartSeconds: 5,
    command: { program: programs.node, arguments: [programs.caServer, 'serve'] },
    service: [
      ...daemonLines(watchdogSeconds ?? WATCHDOG_SECONDS),
      // Unlike SIGHUP, it waits for the answer: "systemctl reload" fails with a bad file.
      [
        'ExecReload',
        { program: programs.node, arguments: [programs.caServer, 'config', 'reload'] },
      ],
      ...stateDirectory(CA_PATHS.dataDirectory),
      ...(sealed ? ([['LoadCredentialEncrypted', CREDENTIAL]] as const) : []),
    ],
    hardening: caServerHardening([programs.node, programs.caServer]),
  })
  return { units: [unit], files: [] }
}
