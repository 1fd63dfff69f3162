import * as v from 'valibot'
import { nixosAddons } from './nixos-addons.ts'
import {
  nixosAddonManager,
  nixosApiserver,
  nixosControllerManager,
  nixosScheduler,
} from './nixos-control-plane.ts'
import { nixosKubelet } from './nixos-kubelet.ts'
import { nixosDocker, nixosEtcd, nixosFlannel, nixosProxy } from './nixos-network.ts'
import { paths } from './nixos-values.ts'
import { absolutePath } from './scalars.ts'

export const START_DESIGNS = ['eventual', 'online-targets'] as const

/** How components find what they depend on: started again until it is there, or held back until then. */
export type StartDesign = (typeof START_DESIGNS)[number]

/** `services.kubernetes` of NixOS, less what the cluster itself says: names, ranges, addresses. */
export const nixosOptions = v.strictObject({
  startDesign: v.optional(v.picklist(START_DESIGNS), 'eventual'),
  dataDir: v.optional(absolutePath, '/var/lib/kubernetes'),
  /** `secrets` in dataDir where it is left out. */
  secretsPath: v.optional(absolutePath),
  /** Directories of programs, looked at before the system's own. */
  path: paths,
  /** HOST:PORT of ca-server's listener for nodes; left out: port 7444 of the master. */
  certificateAuthority: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[1-9]\d{0,4}$/, 'is not HOST:PORT'),
    ),
  ),
  kubelet: v.optional(nixosKubelet, {}),
  proxy: v.optional(nixosProxy, {}),
  apiserver: v.optional(nixosApiserver, {}),
  controllerManager: v.optional(nixosControllerManager, {}),
  scheduler: v.optional(nixosScheduler, {}),
  addonManager: v.optional(nixosAddonManager, {}),
  addons: v.optional(nixosAddons, {}),
  etcd: v.optional(nixosEtcd, {}),
  flannel: v.optional(nixosFlannel, {}),
  docker: v.optional(nixosDocker, {}),
})

export type NixosOptions = v.InferOutput<typeof nixosOptions>

/** What NixOS does where nobody sets an option. */
export const NIXOS_DEFAULTS: NixosOptions = v.parse(nixosOptions, {})
