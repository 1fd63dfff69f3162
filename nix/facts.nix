# What services.kubernetes says of the cluster and of this host.
{ config, lib }:
let
  kubernetes = config.services.kubernetes;
  cfg = config.services.easycerts;
  inherit (kubernetes) apiserver masterAddress;

  isAddress = text: builtins.match "[0-9]+(\\.[0-9]+){3}|.*:.*" text != null;
  ofApiserver =
    lib.optional (apiserver.advertiseAddress != null) apiserver.advertiseAddress ++ apiserver.extraSANs;

  # The node authoriser knows a node by its name in lower case.
  nodeName = lib.toLower kubernetes.kubelet.hostname;
  hosts = lib.unique (cfg.addresses ++ [ masterAddress ] ++ ofApiserver);

  minor = lib.concatStringsSep "." (lib.take 2 (lib.splitString "." kubernetes.package.version));
in
rec {
  inherit nodeName hosts;
  isMaster = apiserver.enable;
  isNode = kubernetes.roles != [ ];
  clusterName = cfg.caSpec.CN;
  domain = kubernetes.addons.dns.clusterDomain;
  url =
    let
      host = if lib.hasInfix ":" masterAddress then "[${masterAddress}]" else masterAddress;
    in
    "https://${host}:${toString apiserver.securePort}";
  caAddresses = lib.unique ([ masterAddress ] ++ cfg.cfsslAPIExtraSANs);
  release = minor;

  # What ca-server tells the nodes of their cluster.
  description = {
    name = clusterName;
    flavour = if lib.versionOlder minor "1.15" then "nixos" else "modern";
    kubernetesVersion = minor;
    inherit domain masterAddress;
    networks = {
      services = apiserver.serviceClusterIpRange;
      dns = kubernetes.addons.dns.clusterIp;
    }
    // lib.optionalAttrs (kubernetes.clusterCidr != null) { pods = kubernetes.clusterCidr; };
    apiserverPort = apiserver.securePort;
    layout = "nixos";
    nodes = [
      {
        name = nodeName;
        inherit (kubernetes) roles;
        addresses = builtins.filter isAddress hosts;
        names = builtins.filter (host: !isAddress host && host != nodeName) hosts;
      }
    ];
  }
  // cfg.settings;
}
