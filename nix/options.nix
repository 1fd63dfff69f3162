# Names and defaults of services.kubernetes.pki; each text says what an option means here.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;

  option =
    type: default: description:
    mkOption { inherit type default description; };
  switch = option types.bool;
  names = option (types.listOf types.str);
in
{
  enable = switch false ''
    Whether ca-server, certmgr and node-join of easycerts give the nodes of services.kubernetes their
    certificates, in the place of cfssl, certmgr and kube-certmgr-bootstrap. Needs roles of
    services.kubernetes; the CA is on the host that runs kube-apiserver.
  '';

  certs = option types.attrs { } ''
    Certificates beside those of the components, by name: { name, action, privateKeyOwner } as
    services.kubernetes.lib.mkCert gives them, and the profile that the CA has for it
    (its name, if left out). The profile, not CN, hosts and fields, says what is certified.
  '';

  genCfsslCACert = switch true ''
    Make the CAs at the first start if there is none at caCertPathPrefix. false: wait until one is there.
  '';

  genCfsslAPICerts = switch true ''
    No effect: ca-server makes the certificate of its own API, and renews it while it runs.
  '';

  genCfsslAPIToken = switch true ''
    Whether the host of the CA joins by a ticket that it makes for itself. There is no token for all
    nodes: each node joins by a ticket of its own, for one use, that ends by itself.
  '';

  pkiTrustOnBootstrap = switch true ''
    No effect: nothing is trusted because it came first. A ticket carries the pin of the CA, and a CA
    that does not match it is refused.
  '';

  caCertPathPrefix = option types.str "/var/lib/cfssl/ca" ''
    A CA that exists: PREFIX.pem and PREFIX-key.pem become the CA of the cluster at the first start of
    ca-server, byte for byte; the files stay where they are. etcd and the aggregator get CAs of their own.
  '';

  cfsslAPIExtraSANs = names [ ] ''
    Further names and addresses under which nodes reach ca-server, beside services.kubernetes.masterAddress.
  '';

  etcClusterAdminKubeconfig = option (types.nullOr types.str) null ''
    Where below /etc a link to the kubeconfig of the cluster's administrator stands. The file itself is
    /etc/kubernetes/cluster-admin.kubeconfig, for root alone.
  '';

  caSpec =
    option types.attrs
      {
        CN = "kubernetes-cluster-ca";
        O = "NixOS";
        OU = "services.kubernetes.pki.caSpec";
        L = "auto-generated";
      }
      ''
        CN is the name of the cluster: the CN of each CA begins with it (lower case letters, digits and
        hyphens, at most 32). O, OU and L say nothing of a CA and are left out.
      '';

  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ./package.nix { };
    defaultText = lib.literalExpression "pkgs.callPackage ./package.nix { }";
    description = "The programs ca-server, certmgr and node-join.";
  };

  ticketFile = option types.str "/var/lib/easycerts/ticket" ''
    A node joins as soon as there is a ticket in this file: put there by hand (mode 0600) or by the tool
    that brings your secrets. After the join the file is of no use to anybody.
  '';

  addresses = names [ ] ''
    Addresses of this node in the certificates that its own ticket asks for, beside masterAddress,
    advertiseAddress and extraSANs of kube-apiserver. For the host of the CA.
  '';

  passphraseFile = option (types.nullOr types.str) null ''
    File outside of the store whose first line opens the keys of the CA; null: systemd seals them for
    this machine.
  '';

  settings = option types.attrs { } ''
    What else the description of the cluster says, as examples/ show it, such as nodes. For the host of the CA.
  '';

  legacyTokenFile = option (types.nullOr types.str) null ''
    File outside of the store with the token of an easyCerts cluster (apitoken.secret), for as long as
    some nodes run certmgr of cloudflare: ca-server then answers them on port 8888 as cfssl did, and gives
    them the certificates of a worker and no others. null: that port is closed. Needs the CA that these
    nodes trust at caCertPathPrefix. For the host of the CA.
  '';

  openFirewall = switch false ''
    Open ports 7443 (join), 7444 (nodes) and 7480 (CRL and OCSP) of the host of the CA, and 8888 with
    legacyTokenFile.
  '';
}
