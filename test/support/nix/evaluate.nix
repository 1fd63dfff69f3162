# The module of nix/ with its own options, those of services.kubernetes that it reads, and what a host sets.
{
  module,
  host ? "{ }",
}:
let
  lib = import ./lib.nix;
  pkgs = {
    bash = "/nix/bash";
    openssl = "/nix/openssl";
    kubectl = "/nix/kubectl";
    callPackage = _file: _arguments: "/nix/easycerts";
    writeText = name: _text: "/nix/${name}";
    writeShellScriptBin = name: text: { inherit name text; };
  };

  wish = builtins.fromJSON host;
  written = wish.services.easycerts or { };
  declared = import (module + "/../options.nix") { inherit lib pkgs; };
  options.services = {
    easycerts = builtins.mapAttrs (
      name: option: option // { highestPrio = if written ? ${name} then 100 else 1500; }
    ) declared;
    kubernetes.apiserver.serviceAccountSigningKeyFile = true;
  };

  load =
    config: file:
    let
      loaded = import file {
        inherit
          config
          lib
          options
          pkgs
          ;
      };
    in
    [ loaded ] ++ builtins.concatMap (load config) (loaded.imports or [ ]);

  given = [
    (import ./services-kubernetes.nix lib)
    {
      services.easycerts = builtins.mapAttrs (_: option: lib.mkOverride 1500 option.default) declared;
    }
    wish
  ];
  # A module may read what another one sets: two rounds are enough here.
  round = config: lib.merge (given ++ map (each: each.config) (load config module));
  config = round (round (lib.merge given));
in
{
  inherit config;
  options = builtins.mapAttrs (_: option: {
    default = if option ? defaultText then option.defaultText else option.default;
    inherit (option) description;
  }) declared;
  inherit (import (module + "/../facts.nix") { inherit config lib; }) description;
}
