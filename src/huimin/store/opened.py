"""A root whose restricted side can be read: the environment has its key, or it has none."""

import json

from huimin.errors import PublishError, UsageError
from huimin.language import _
from huimin.store.root import Root
from huimin.store.seal import unsealed
from huimin.tables.key import KEY, key_id, keyless, restricted_key


def opened(root: Root) -> Root:
    """The root, to which the environment's key belongs; one that is not encrypted is opened without a key.

    Raises UsageError where it is otherwise, PublishError when the root no longer says which key it has.
    """
    told, key = key_of(root), restricted_key()
    if key is None:
        if told is not None:
            raise keyless(root.path)
    elif told is None and root.standard.exists():
        raise UsageError(
            str(root.path),
            _("is not encrypted, and {key} is set", key=KEY),
            _("`huimin secret encrypt --root {root}`, or unset {key}", root=root.path, key=KEY),
        )
    elif told not in (None, key_id(key)):
        raise UsageError(
            KEY,
            _("not the key that {root} is encrypted with", root=root.path),
            _("set it to the key of this root, whose SHA-256 begins with {told}", told=told),
        )
    return root


def key_of(root: Root) -> str | None:
    """The id of the key that the restricted side is encrypted with; None: it is not. Raises PublishError."""
    place = root.key_mark()
    try:
        return str(unsealed(json.loads(place.read_bytes()))["key"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError):
        raise PublishError(str(place), _("is damaged"), _("restore it from a backup")) from None
