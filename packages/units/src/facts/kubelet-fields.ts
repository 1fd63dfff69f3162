import { fact, type Fact, type FactTable } from './fact.ts'

const TYPES = 'kubernetes/kubelet config/v1beta1/types.go'

const row = (why: string, since?: string): Fact => fact(why, TYPES, since === undefined ? {} : { since })

/** Fields that easycerts leaves to their defaults, by the release that brought them. */
const further = (since: string | undefined, names: string): FactTable => Object.fromEntries(names.split(' ').map((name) => [name, row('left to the default of the kubelet', since)]))

const OTHERS: FactTable = {
  ...further(
    undefined,
    'cgroupRoot configMapAndSecretChangeDetectionStrategy containerLogMaxFiles containerLogMaxSize contentType cpuCFSQuota cpuCFSQuotaPeriod cpuManagerPolicy cpuManagerReconcilePeriod enableContentionProfiling enableControllerAttachDetach enableDebuggingHandlers eventBurst eventRecordQPS evictionMaxPodGracePeriod evictionMinimumReclaim evictionPressureTransitionPeriod evictionSoft evictionSoftGracePeriod fileCheckFrequency httpCheckFrequency imageGCHighThresholdPercent imageGCLowThresholdPercent imageMinimumGCAge iptablesDropBit iptablesMasqueradeBit kubeAPIBurst kubeAPIQPS kubeletCgroups makeIPTablesUtilChains maxOpenFiles nodeLeaseDurationSeconds nodeStatusUpdateFrequency oomScoreAdj podCIDR podPidsLimit podsPerCore protectKernelDefaults qosReserved registryBurst registryPullQPS runtimeRequestTimeout staticPodURL staticPodURLHeader streamingConnectionIdleTimeout syncFrequency systemCgroups tlsCipherSuites volumeStatsAggPeriod',
  ),
  ...further('1.13', 'nodeStatusReportFrequency'),
  ...further('1.16', 'allowedUnsafeSysctls topologyManagerPolicy'),
  ...further('1.17', 'reservedSystemCPUs'),
  ...further('1.18', 'showHiddenMetricsForVersion'),
  ...further('1.19', 'enableServer enableSystemLogHandler kernelMemcgNotification logging nodeStatusMaxImages providerID runOnce volumePluginDir'),
  ...further('1.20', 'shutdownGracePeriod shutdownGracePeriodCriticalPods topologyManagerScope'),
  ...further('1.21', 'enableDebugFlagsHandler enableProfilingHandler memoryManagerPolicy reservedMemory'),
  ...further('1.22', 'cpuManagerPolicyOptions memorySwap memoryThrottlingFactor seccompDefault'),
  ...further('1.23', 'shutdownGracePeriodByPodPriority'),
  ...further('1.25', 'localStorageCapacityIsolation tracing'),
  ...further('1.26', 'topologyManagerPolicyOptions'),
  ...further('1.27', 'enableSystemLogQuery imageServiceEndpoint maxParallelImagePulls'),
  ...further('1.29', 'imageMaximumGCAge'),
  ...further('1.30', 'containerLogMaxWorkers containerLogMonitorInterval podLogsDir'),
  ...further('1.31', 'failCgroupV1'),
  ...further('1.32', 'crashLoopBackOff singleProcessOOMKill'),
  ...further('1.33', 'imagePullCredentialsVerificationPolicy mergeDefaultEvictionSettings preloadedImagesVerificationAllowlist userNamespaces'),
  ...further('1.36', 'memoryReservationPolicy tlsCurvePreferences'),
}

/** KubeletConfiguration v1beta1, every field of its first level. */
export const KUBELET_FIELDS: FactTable = {
  ...OTHERS,
  address: row('the address that the kubelet listens on'),
  port: row('the port that kube-apiserver dials for logs and exec'),
  readOnlyPort: row('shows everybody what runs here, so it is off'),
  healthzBindAddress: row('where the kubelet says that it lives'),
  healthzPort: row('the port on which the kubelet says that it lives'),
  authentication: row('who may come'),
  'authentication.anonymous.enabled': row('nobody without a name runs commands in pods'),
  'authentication.webhook.enabled': row('asks kube-apiserver whose a token is'),
  'authentication.webhook.cacheTTL': row('how long that answer is believed'),
  'authentication.x509.clientCAFile': row('whose client certificates name a user'),
  authorization: row('who may do what'),
  'authorization.mode': row('asks kube-apiserver what a caller may'),
  tlsCertFile: row('the serving certificate, which certmgr keeps valid'),
  tlsPrivateKeyFile: row('the key of the serving certificate'),
  tlsMinVersion: row('nobody speaks anything below TLS 1.2'),
  rotateCertificates: row('off: certmgr renews, and two who do so would undo each other'),
  serverTLSBootstrap: row('off: certmgr renews the serving certificate'),
  clusterDNS: row('the DNS server of pods'),
  clusterDomain: row('the domain that names of services end in'),
  resolvConf: row('the resolvers that pods inherit'),
  staticPodPath: row('pods that run without kube-apiserver'),
  hairpinMode: row('a pod reaches its own service'),
  cgroupDriver: fact('the same as the runtime has; read from it since 1.34, and gone in 1.38', 'KEP-4033'),
  cgroupsPerQOS: row('a cgroup for each class of pods'),
  enforceNodeAllocatable: row('what is reserved is kept from pods'),
  kubeReserved: row('what components of Kubernetes need themselves'),
  kubeReservedCgroup: row('the cgroup of those components'),
  systemReserved: row('what the rest of the machine needs'),
  systemReservedCgroup: row('the cgroup of the rest of the machine'),
  evictionHard: row('when pods are thrown out'),
  failSwapOn: row('whether swap keeps the kubelet from starting'),
  maxPods: row('how many pods a node takes'),
  serializeImagePulls: row('one image at a time'),
  featureGates: row('switches features that are not yet, or no more, on by themselves'),
  registerNode: row('the kubelet makes its own Node', '1.23'),
  registerWithTaints: row('a node that keeps pods away from its first moment', '1.23'),
  containerRuntimeEndpoint: row('the socket of containerd', '1.27'),
}
