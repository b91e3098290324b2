"""Who is measured: the upstream itself, and the gateways before it, each told to do nothing but to pass on."""

import json

import peers
from processes import Server, free_port

# What the mock does. Streams are 10 events of 4 words, 20 ms apart; `slow` is not answered while anybody looks.
SCRIPT = """
[default]
latency = "20ms"

[[rule]]
when = { model = "slow" }
then = { latency = "10m" }

[[rule]]
when = { stream = true }
then = { latency = "20ms", between-chunks = "20ms", tokens = 40, chunk-tokens = 4 }
"""
MODELS = ("fast", "slow")


def upstream(program, folder, places):
    """The mock of a provider."""
    script, port = folder / "mock.toml", free_port()
    script.write_text(SCRIPT)
    command = [program, "mock-openai", "--port", port, "--script", script, "--keep", 0]
    return Server(command, port, "/mock/requests", folder / "mock.log", places)


class Direct:
    """The upstream without a gateway: what the others are compared with."""

    name = "direct"
    headers = ()

    def __init__(self, mock):
        self.url = f"http://127.0.0.1:{mock.port}/v1"
        self.server = None

    def close(self):
        """The mock is not its own."""


class Gateway:
    """One of the others; a class says its name and headers and starts its server."""

    headers = ()

    def __init__(self, mock, folder, places):
        self.folder, self.places = folder, places
        self.server = self.start(f"http://127.0.0.1:{mock.port}/v1")
        self.url = f"http://127.0.0.1:{self.server.port}/v1"

    def close(self):
        self.server.close()


class Ferrite(Gateway):
    """`ferrite gateway`: no keys, no cache, no embedder, no log of requests."""

    name = "ferrite"
    program = None

    def start(self, upstream):
        config, port = self.folder / "gateway.toml", free_port()
        models = (
            f'[[models]]\nname = "{model}"\n\n'
            f'[[models.deployments]]\nprovider = "openai"\nbase_url = "{upstream}"\napi_key = "any"\n'
            for model in MODELS
        )
        config.write_text('[server]\naccess_log = false\n\n[cache]\nmode = "off"\n\n' + "\n".join(models))
        command = [self.program, "gateway", "--config", config, "--listen", f"127.0.0.1:{port}"]
        return Server(command, port, "/readyz", self.folder / "ferrite.log", self.places)


class LiteLlm(Gateway):
    """LiteLLM's proxy: one worker, no keys, no database, no telemetry, no log of requests."""

    name = "LiteLLM"

    def start(self, upstream):
        config, port = self.folder / "litellm.yaml", free_port()
        models = [
            {"model_name": model, "litellm_params": {"model": f"openai/{model}", "api_base": upstream, "api_key": "any"}}
            for model in MODELS
        ]
        # JSON is YAML.
        config.write_text(json.dumps({"model_list": models}))
        command = [peers.LITELLM, "--config", config, "--host", "127.0.0.1", "--port", port]
        command += ["--num_workers", 1, "--telemetry", "False"]
        environment = {
            # Prices are looked up in the package, not in the network.
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
            "LITELLM_LOG": "ERROR",
        }
        return Server(command, port, "/health/liveliness", self.folder / "litellm.log", self.places, environment)


class Portkey(Gateway):
    """Portkey's server for Node, which is told by headers whom to ask."""

    name = "Portkey"

    def start(self, upstream):
        port = free_port()
        self.headers = ("x-portkey-provider: openai", f"x-portkey-custom-host: {upstream}")
        command = ["node", peers.PORTKEY, f"--port={port}", "--headless"]
        environment = {"NODE_ENV": "production"}
        return Server(command, port, "/", self.folder / "portkey.log", self.places, environment)
