"""Golden numbers for DCGAN training: three whole steps of a tiny GAN in PyTorch.

    /usr/bin/python3 tests/golden/dcgan_torch.py > tests/golden/dcgan_torch.json
    /usr/bin/python3 tests/golden/dcgan_torch.py --curve 200 > tests/golden/dcgan_curve_torch.json
    deno fmt tests/golden

The first gives three steps with every figure; the second the losses of a whole little training.
Weights, images and latents come from a formula that both sides compute. Weights keep TensorFlow.js'
layouts here ([h, w, in, out]; transposed, [h, w, out, in]) and are turned around where they are used.
The network is 32 px, 1 channel, 2 filters, latents of 4, batches of 3.
"""

import argparse
import json
import math

import torch
import torch.nn.functional as F

arguments = argparse.ArgumentParser()
arguments.add_argument("--curve", type=int, default=0, help="steps of a training of which losses are kept")
CURVE = arguments.parse_args().curve
STEPS, BATCH, LATENT_DIM = CURVE or 3, 3, 4
# The paper's step size for the curve: at 2e-3 rounding errors grow to a per cent within 80 steps.
OPTIONS = {"learningRate": 2e-4 if CURVE else 2e-3, "beta1": 0.5, "labelSmoothing": 0.1}

torch.set_default_dtype(torch.float64)  # the truth; ours is float32


def formula(count: int, phase: float, scale: float, offset: float = 0.0) -> torch.Tensor:
    return torch.tensor([offset + scale * math.sin(1.7 * i + phase) for i in range(count)])


def weight(shape: tuple, phase: float, offset: float = 0.0) -> torch.nn.Parameter:
    scale = 0.2 if offset == 0 else 0.1
    return torch.nn.Parameter(formula(math.prod(shape), phase, scale, offset).reshape(shape))


def norm(width: int, phase: float) -> dict:
    return {
        "gamma": weight((width,), phase, 1.0),
        "beta": weight((width,), phase + 0.5),
        "moving_mean": torch.zeros(width),
        "moving_variance": torch.ones(width),
    }


generator = {
    "project": {"kernel": weight((LATENT_DIM, 128), 1)},
    "project_norm": norm(8, 2),
    "up1": {"kernel": weight((4, 4, 4, 8), 3)},
    "up1_norm": norm(4, 4),
    "up2": {"kernel": weight((4, 4, 2, 4), 5)},
    "up2_norm": norm(2, 6),
    "image": {"kernel": weight((4, 4, 1, 2), 7)},
}
discriminator = {
    "down1": {"kernel": weight((4, 4, 1, 2), 8)},
    "down2": {"kernel": weight((4, 4, 2, 4), 9)},
    "down2_norm": norm(4, 10),
    "down3": {"kernel": weight((4, 4, 4, 8), 11)},
    "down3_norm": norm(8, 12),
    "logit": {"kernel": weight((128, 1), 13)},
}


def flat(network: dict) -> dict:
    return {f"{layer}/{name}": w for layer, ws in network.items() for name, w in ws.items()}


def trainable(network: dict) -> list:
    return [w for w in flat(network).values() if isinstance(w, torch.nn.Parameter)]


def batch_norm(x: torch.Tensor, n: dict, move: bool) -> torch.Tensor:
    """TensorFlow.js moves its variance to the biased one; PyTorch's own would use the unbiased."""
    if move:
        mean = x.detach().mean((0, 2, 3))
        variance = x.detach().var((0, 2, 3), unbiased=False)
        n["moving_mean"] += 0.1 * (mean - n["moving_mean"])
        n["moving_variance"] += 0.1 * (variance - n["moving_variance"])
    return F.batch_norm(x, None, None, n["gamma"], n["beta"], training=True, eps=1e-5)


def generate(z: torch.Tensor, move: bool) -> torch.Tensor:
    g = generator
    x = (z @ g["project"]["kernel"]).reshape(-1, 4, 4, 8).permute(0, 3, 1, 2)
    x = F.relu(batch_norm(x, g["project_norm"], move))
    for name in ("up1", "up2"):
        x = F.conv_transpose2d(x, g[name]["kernel"].permute(3, 2, 0, 1), stride=2, padding=1)
        x = F.relu(batch_norm(x, g[f"{name}_norm"], move))
    kernel = g["image"]["kernel"].permute(3, 2, 0, 1)
    return torch.tanh(F.conv_transpose2d(x, kernel, stride=2, padding=1))


def judge(x: torch.Tensor, move: bool) -> torch.Tensor:
    d = discriminator
    for name in ("down1", "down2", "down3"):
        x = F.conv2d(x, d[name]["kernel"].permute(3, 2, 0, 1), stride=2, padding=1)
        if name != "down1":
            x = batch_norm(x, d[f"{name}_norm"], move)
        x = F.leaky_relu(x, 0.2)
    return x.permute(0, 2, 3, 1).reshape(len(x), -1) @ d["logit"]["kernel"]


def adam(network: dict) -> torch.optim.Adam:
    return torch.optim.Adam(trainable(network), OPTIONS["learningRate"], (OPTIONS["beta1"], 0.999))


def latents(phase: float) -> torch.Tensor:
    return formula(BATCH * LATENT_DIM, phase, 1.5).reshape(BATCH, LATENT_DIM)


def update(optimizer: torch.optim.Adam, loss: torch.Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


adam_g, adam_d = adam(generator), adam(discriminator)
cross_entropy = F.binary_cross_entropy_with_logits
steps = []
for step in range(1, STEPS + 1):
    real = formula(BATCH * 32 * 32, 20 * step, 0.9).reshape(BATCH, 1, 32, 32)
    fake = generate(latents(20 * step + 1), move=False).detach()
    on_real, on_fake = judge(real, True), judge(fake, True)
    target = torch.full_like(on_real, 1 - OPTIONS["labelSmoothing"])
    d_loss = cross_entropy(on_real, target) + cross_entropy(on_fake, torch.zeros_like(on_fake))
    update(adam_d, d_loss)

    logits = judge(generate(latents(20 * step + 2), move=True), move=False)
    g_loss = cross_entropy(logits, torch.ones_like(logits))
    update(adam_g, g_loss)
    steps.append({
        "discriminatorLoss": d_loss.item(),
        "onReal": torch.sigmoid(on_real).mean().item(),
        "onFake": torch.sigmoid(on_fake).mean().item(),
        "generatorLoss": g_loss.item(),
        "onFakeAfter": torch.sigmoid(logits).mean().item(),
    })

if CURVE:
    losses = {key: [step[key] for step in steps] for key in ("discriminatorLoss", "generatorLoss")}
    print(json.dumps({"torch": torch.__version__, "options": OPTIONS, **losses}))
    raise SystemExit

weights = {
    f"{name}/{key}": w.detach().flatten()[:6].tolist()
    for name, network in (("generator", generator), ("discriminator", discriminator))
    for key, w in flat(network).items()
}
print(json.dumps({"torch": torch.__version__, "options": OPTIONS, "steps": steps,
                  "weightsAfter": weights}, indent=1))
