import type { GeneratedFile } from '../stack/index.ts'
import { type Directive, HARDENING } from '../systemd/index.ts'
import { apiserverFiles, apiserverWords, POLICY_FILE } from './apiserver-flags.ts'
import { componentService, type ServiceFiles } from './component-service.ts'
import { kubernetesProgram, type NixosFacts, runs } from './nixos-facts.ts'
import { bundleFile, present } from './secrets.ts'
import { CONTROL_PLANE_ONLINE } from './targets.ts'

const LOW_PORTS_END = 1024

const BINDS_LOW_PORTS: Directive = ['AmbientCapabilities', 'cap_net_bind_service']

export const kubeApiserver = (facts: NixosFacts): ServiceFiles => {
  const service = componentService(facts, {
    name: 'kube-apiserver',
    description: 'Kubernetes APIServer Service',
    eventual: { wantedBy: 'kubernetes.target', after: ['network.target', ...etcdUnit(facts)] },
    // Never after certmgr, as in NixOS: it is ready after its first pass, which may itself
    // restart kube-apiserver and would wait for the end of its own start.
    online: {
      wantedBy: CONTROL_PLANE_ONLINE,
      after: ['network-online.target', ...etcdUnit(facts)],
      before: [CONTROL_PLANE_ONLINE],
    },
    source: {
      wantedBy: CONTROL_PLANE_ONLINE,
      after: ['certmgr.service'],
      before: [CONTROL_PLANE_ONLINE],
    },
    needs: neededFiles(facts),
    type: 'notify',
    user: 'kubernetes',
    restartSeconds: 5,
    sourceRestart: ['on-failure', '5'],
    command: {
      program: kubernetesProgram(facts, 'kube-apiserver'),
      arguments: apiserverWords(facts),
    },
    service: [['LimitNOFILE', '65536']],
    sourceService: [BINDS_LOW_PORTS],
    hardening:
      facts.description.apiserverPort < LOW_PORTS_END
        ? HARDENING.apiserverOnLowPort
        : HARDENING.apiserver,
    defects: [
      'it does not wait for the certificate of the aggregator, kube-apiserver-proxy-client.pem',
      'where an address is advertised, others look for it at port 443, whatever its port',
      'a renewed service-account key was to be met by "systemctl reload", and the unit has no ExecReload=',
      'etcd obeys every certificate of the one CA there is',
      'the certificate of the aggregator is shown, but no --requestheader flag says whom to believe',
    ],
  })
  return { ...service, files: [...service.files, ...policy(facts)] }
}

const etcdUnit = (facts: NixosFacts): readonly string[] =>
  runs(facts, 'etcd') ? ['etcd.service'] : []

/** NixOS forgot the aggregator's. */
const neededFiles = (facts: NixosFacts): string[] => {
  const { proxyCertificate, proxyKey, ...files } = apiserverFiles(facts)
  const own = Object.values(files)
  if (facts.form === 'verbatim') return present(own)
  const aggregator = proxyCertificate === undefined ? undefined : bundleFile(facts, 'front-proxy')
  return present([...own, proxyCertificate, proxyKey, aggregator])
}

/** One object of ABAC on each line. */
const policy = ({ options }: NixosFacts): GeneratedFile[] => {
  const { authorizationPolicy } = options.apiserver
  return authorizationPolicy.length === 0
    ? []
    : [
        {
          path: POLICY_FILE,
          content: authorizationPolicy.map((each) => `${JSON.stringify(each)}\n`).join(''),
          mode: 0o644,
        },
      ]
}
