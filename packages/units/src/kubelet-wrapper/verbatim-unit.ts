import type { GeneratedFile } from '../stack/index.ts'
import { rktRunLines } from './rkt-run-arguments.ts'
import { imageVariables, type WrapperFacts } from './wrapper-facts.ts'

const DEFECTS = [
  'the kubelet answers whoever reaches its ports 10250 and 10255, and runs programs for them.',
  'it dials kube-apiserver without TLS or a login, and on this machine alone.',
  'nothing starts it at boot, and nothing again after it failed.',
  'it does not make the directory of manifests.',
  'rkt and the images of hyperkube for it are no longer kept up.',
]

/** The unit of kubelet-wrapper.md, with its line breaks. */
export const verbatimUnit = (facts: WrapperFacts): GeneratedFile => {
  const { options, wrapper } = facts
  const content = [
    ...DEFECTS.map((defect) => `# Defect: ${defect}`),
    '[Service]',
    ...imageVariables(facts).map(([name, value]) => `Environment=${name}=${value}`),
    `Environment="RKT_RUN_ARGS=${rktRunLines(options).join(' \\\n  ')}"`,
    `ExecStartPre=-/usr/bin/rkt rm --uuid-file=${options.uuidFile}`,
    `ExecStart=${wrapper} \\`,
    `  --api-servers=${(options.apiServers ?? ['http://127.0.0.1:8080']).join(',')} \\`,
    `  --pod-manifest-path=${options.manifestDirectory}`,
    `ExecStop=-/usr/bin/rkt stop --uuid-file=${options.uuidFile}`,
  ]
  return {
    path: '/etc/systemd/system/kubelet.service',
    content: `${content.join('\n')}\n`,
    mode: 0o644,
  }
}
