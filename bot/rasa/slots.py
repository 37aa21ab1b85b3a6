"""What a message fills slots with, by the mappings of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.rasa.conversation import Conversation, requested
from bot.rasa.domain import Domain

Mapped = Mapping[str, Any]


def extracted(state: Conversation, domain: Domain, activates: bool = False) -> dict[str, Any]:
    """Give the slots that the latest message fills; the first mapping with a value counts.

    `activates` says that the message has just begun the active loop.
    """
    found = {}
    intent = (state.message.get("intent") or {}).get("name")
    ignored = (
        domain.required(state.loop) if state.loop and domain.ignores(state.loop, intent) else ()
    )
    for slot, about in domain.slots.items():
        if slot in ignored:
            continue
        values = _values(slot, (about or {}).get("mappings") or (), state, domain, activates)
        for value in values:
            found[slot] = value
            break
    return found


def _values(
    slot: str, mappings: Any, state: Conversation, domain: Domain, activates: bool
) -> Iterator[Any]:
    intent = (state.message.get("intent") or {}).get("name")
    for mapping in mappings:
        kind, is_begun = mapping.get("type"), activates and state.loop is not None
        if kind == "from_trigger_intent":
            if is_begun and slot in domain.required(state.loop or "") and _meant(mapping, intent):
                yield mapping.get("value")
        elif not _meant(mapping, intent) or not _applies(mapping, state):
            continue
        elif kind == "from_intent":
            yield mapping.get("value")
        elif kind == "from_text":
            if not is_begun:
                yield state.message.get("text")
        elif kind == "from_entity" and _is_for(slot, mapping, state, domain):
            yield from _entities(mapping, state, (domain.slots[slot] or {}).get("type") == "list")


def _meant(mapping: Mapped, intent: str | None) -> bool:
    wanted, unwanted = _listed(mapping.get("intent")), _listed(mapping.get("not_intent"))
    return (not wanted or intent in wanted) and intent not in unwanted


def _applies(mapping: Mapped, state: Conversation) -> bool:
    """Whether one of the conditions holds, if there are any."""
    conditions = mapping.get("conditions") or ()
    return not conditions or any(
        each.get("active_loop", state.loop) == state.loop
        and each.get("requested_slot", requested(state)) == requested(state)
        for each in conditions
    )


def _is_for(slot: str, mapping: Mapped, state: Conversation, domain: Domain) -> bool:
    """Whether an entity can only be meant for this slot of the active form, or was asked for."""
    form = domain.required(state.loop) if state.loop else ()
    if slot not in form or slot == requested(state):
        return True
    key = _key(mapping)
    rivals = (
        other
        for name in form
        if name != slot
        for other in (domain.slots.get(name) or {}).get("mappings") or ()
    )
    return not any(other.get("type") == "from_entity" and _key(other) == key for other in rivals)


def _entities(mapping: Mapped, state: Conversation, is_list: bool) -> Iterator[Any]:
    found = [
        each.get("value")
        for each in state.message.get("entities") or ()
        if (each.get("entity"), each.get("role"), each.get("group")) == _key(mapping)
    ]
    if found:
        yield found if is_list else found[-1]


def _key(mapping: Mapped) -> tuple[Any, ...]:
    return mapping.get("entity"), mapping.get("role"), mapping.get("group")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
