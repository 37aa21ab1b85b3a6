"""Net: the fusion while it learns, in torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from skills.courses.ranking.fusion import HIGHEST, LOWEST, USUAL, Fusion
from skills.courses.ranking.views import NAMES

HIDDEN = 24
SMALL = 0.01
"""What the hidden layers count before they have learnt."""


class Net(nn.Module):
    """The fusion as it learns."""

    def __init__(self, start: Fusion, hidden: int = HIDDEN) -> None:
        super().__init__()
        size = len(start.linear)
        self.linear = nn.Parameter(torch.tensor(start.linear))
        self.first = nn.Linear(size + 1, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.last = nn.Linear(hidden, 1, bias=False)
        nn.init.constant_(self.last.weight, SMALL)
        if len(start.first) == hidden:
            self._go_on(start)

    def _go_on(self, start: Fusion) -> None:
        with torch.no_grad():
            self.first.weight.copy_(torch.tensor(start.first))
            self.first.bias.copy_(torch.tensor(start.first_bias))
            self.second.weight.copy_(torch.tensor(start.second))
            self.second.bias.copy_(torch.tensor(start.second_bias))
            self.last.weight.copy_(torch.tensor(start.last)[None])

    def forward(self, inputs: Tensor, lengths: Tensor) -> Tensor:
        """Score: (people, inputs, courses) to logits (people, courses)."""
        seen = inputs.clamp(LOWEST, HIGHEST).transpose(1, 2)
        about = (lengths.log1p() - USUAL)[:, None, None].expand(*seen.shape[:2], 1)
        linear, first, second, last = self._rising()
        hidden = _bent(F.linear(torch.cat([seen, about], dim=2), first, self.first.bias))
        hidden = _bent(F.linear(hidden, second, self.second.bias))
        return seen @ linear + hidden @ last

    def fusion(self) -> Fusion:
        """Take what was learnt."""
        linear, first, second, last = self._rising()
        found = (linear, first, self.first.bias, second, self.second.bias, last)
        return Fusion(*(each.detach().cpu().numpy().copy() for each in found))

    def _rising(self) -> tuple[Tensor, ...]:
        """Give the weights, those of the views and of all that follows without their signs."""
        views = torch.arange(len(self.linear) + 1, device=self.linear.device) < len(NAMES)
        linear = torch.where(views[:-1], self.linear.abs(), self.linear)
        first = torch.where(views, self.first.weight.abs(), self.first.weight)
        return linear, first, self.second.weight.abs(), self.last.weight[0].abs()


def _bent(values: Tensor) -> Tensor:
    up, down = values.tensor_split(2, dim=-1)
    return torch.cat([up.clamp(min=0), down.clamp(max=0)], dim=-1)
