import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Where the module and what belongs to it lie. */
export const NIX_FOLDER = fileURLToPath(new URL('../../../nix', import.meta.url))

const EVALUATION = fileURLToPath(new URL('evaluate.nix', import.meta.url))

/** Where the stand-in of nixpkgs says that the programs are. */
export const PROGRAMS = '/nix/easycerts/bin'

const MOST_OUTPUT = 16 * 1024 * 1024

/** Nothing is built, so that no store and no daemon is needed. */
const WITHOUT_STORE = { ...process.env, NIX_REMOTE: 'dummy://' }

const instantiate = (args: readonly string[]): string =>
  execFileSync('nix-instantiate', args, {
    encoding: 'utf8',
    env: WITHOUT_STORE,
    maxBuffer: MOST_OUTPUT,
  })

/** Fails with what nix says of a file that it cannot read. */
export const parseNix = (path: string): string => instantiate(['--parse', path])

/** A file that needs nothing but nix. */
export const evaluateNix = (path: string): unknown =>
  JSON.parse(instantiate(['--eval', '--strict', '--json', path]))

export interface NixService {
  readonly script?: string
  readonly preStart?: string
  readonly serviceConfig?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  readonly unitConfig?: Readonly<Record<string, string | number>>
  readonly wantedBy?: readonly string[]
  readonly aliases?: readonly string[]
}

/** What a host gets of the module. */
export interface EvaluatedHost {
  readonly config: {
    readonly assertions: readonly { readonly assertion: boolean; readonly message: string }[]
    readonly warnings: readonly string[]
    readonly environment: {
      readonly etc: Readonly<Record<string, { readonly text?: string }>>
      readonly systemPackages: readonly (
        | string
        | { readonly name: string; readonly text: string }
      )[]
    }
    readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
    readonly systemd: {
      readonly services: Readonly<Record<string, NixService>>
      readonly paths: Readonly<Record<string, { readonly pathConfig: object }>>
      readonly tmpfiles: { readonly rules: readonly string[] }
    }
  }
  readonly options: Readonly<
    Record<string, { readonly default: unknown; readonly description: string }>
  >
  readonly description: Readonly<Record<string, unknown>>
}

const MODULE = ['--arg', 'module', `${NIX_FOLDER}/module.nix`]

const evaluate = (services: object): EvaluatedHost => {
  const host = JSON.stringify({ services })
  const args = ['--eval', '--strict', '--json', EVALUATION, ...MODULE, '--argstr', 'host', host]
  return JSON.parse(instantiate(args)) as EvaluatedHost
}

const on = { enable: true }
const COMPONENTS = { kubelet: on, proxy: on, flannel: on }
const CONTROL_PLANE = { controllerManager: on, scheduler: on, addonManager: on }

type Changes = Readonly<Record<string, unknown>>

/** A host with these roles' components, as services.kubernetes.roles enables them. */
export const evaluateHost = (
  role: 'master' | 'worker',
  { easycerts = {}, kubernetes = {} }: { easycerts?: Changes; kubernetes?: Changes } = {},
): EvaluatedHost => {
  const own = role === 'master' ? { ...CONTROL_PLANE, roles: ['master'] } : { roles: ['node'] }
  const { apiserver = {}, ...rest } = kubernetes
  const isMaster = role === 'master'
  return evaluate({
    easycerts: { enable: true, ...easycerts },
    kubernetes: {
      ...COMPONENTS,
      ...own,
      apiserver: {
        enable: isMaster,
        ...(isMaster ? { advertiseAddress: '192.0.2.10' } : {}),
        ...(apiserver as object),
      },
      ...rest,
    },
  })
}

/** What a real nixpkgs makes of the module on a host with all roles. */
export const evaluateInNixpkgs = (nixpkgs: string): unknown => {
  const expression = `
    let
      host = { lib, ... }: {
        imports = [ ${NIX_FOLDER}/module.nix ];
        boot.isContainer = true;
        networking.hostName = "master";
        system.stateVersion = lib.trivial.release;
        services.easycerts.enable = true;
        services.kubernetes = {
          roles = [ "master" "node" ];
          masterAddress = "master.example.net";
          apiserver.advertiseAddress = "192.0.2.10";
        };
      };
      inherit (import ${nixpkgs}/nixos/lib/eval-config.nix {
        system = "x86_64-linux";
        modules = [ host ];
      }) config;
      inherit (config.systemd) services;
    in {
      failed = builtins.filter (each: !each.assertion) config.assertions;
      units = builtins.filter (name: services ? \${name}) [ "ca-server" "certmgr" "easycerts-join" "cfssl" ];
      certmgr = services.certmgr.serviceConfig.StateDirectory;
      etcd = config.services.etcd.listenClientUrls;
    }`
  const args = ['--eval', '--strict', '--json', '--expr', expression]
  return JSON.parse(instantiate(args))
}
