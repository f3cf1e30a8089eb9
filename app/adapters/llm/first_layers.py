"""The first layers of a GGUF model, with a head that shows what they hold.

llama.cpp gives away no hidden state but the last one, and keeps no prompt between two requests for
that. So a copy of the model is written that ends after some layers and whose output matrix is
plus and minus one, a quarter of it, for each unit: the log-probabilities of the first tokens are
then the state itself, and an ordinary completion, which keeps the prompt's beginning, shows it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.ports.errors import ModelUnavailable

GAIN = 0.25
"""What a unit is multiplied by: the probabilities of a difference of 140 must not vanish."""
_BLOCK, _BLOCK_BYTES, _ZEROS = 32, 18, 0x88


def first_layers(source: Path, out: Path, layers: int) -> Path:
    """Write the copy where it is not there yet; takes seconds.

    Args:
        source: A GGUF file of a transformer.
        out: Where the copy is to lie; it appears when it is whole.
        layers: How many layers it keeps.

    Raises:
        ModelUnavailable: The source is missing or can't be read, or there is no room.
    """
    half = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        if out.is_file() and out.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            return out
        _write(source, half, layers)
        half.replace(out)
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(f"{out.name} was not made: {error}") from error
    finally:
        half.unlink(missing_ok=True)
    return out


def _write(source: Path, out: Path, layers: int) -> None:
    from gguf import GGMLQuantizationType, GGUFReader, GGUFValueType, GGUFWriter  # heavy

    reader: Any = GGUFReader(source)
    kind = reader.fields["general.architecture"].contents()
    writer: Any = GGUFWriter(out, kind)
    for name, entry in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        value = layers if name == f"{kind}.block_count" else entry.contents()
        listed = entry.types[0] == GGUFValueType.ARRAY
        writer.add_key_value(name, value, entry.types[0], entry.types[-1] if listed else None)
    words = 0
    for tensor in reader.tensors:
        parts = tensor.name.split(".")
        if parts[0] == "output" or (parts[0] == "blk" and int(parts[1]) >= layers):
            continue
        words = tensor.data.shape[0] if tensor.name == "token_embd.weight" else words
        writer.add_tensor(tensor.name, tensor.data, tensor.data.shape, tensor.tensor_type)
    head = telling_head(words, int(reader.fields[f"{kind}.embedding_length"].contents()))
    writer.add_tensor("output.weight", head, head.shape, GGMLQuantizationType.Q4_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def telling_head(words: int, units: int) -> NDArray[np.uint8]:
    """An output matrix, `words` x `units`, as Q4_0: row n shows unit n, row units + n its negative.

    A Q4_0 block of 32 values is a half-precision scale and 16 bytes, the low four bits for the
    first 16 values, each (bits - 8) times the scale.
    """
    if words <= 2 * units or units % _BLOCK:
        raise ValueError(f"expected over {2 * units} words and units in 32s, found {words}")
    blocks = np.zeros((words, units // _BLOCK, _BLOCK_BYTES), np.uint8)
    blocks[:, :, 2:] = _ZEROS
    for row in range(2 * units):
        block, place = divmod(row % units, _BLOCK)
        scale = np.float16(-GAIN / 8 if row < units else GAIN / 8)
        blocks[row, block, :2] = np.frombuffer(scale.tobytes(), np.uint8)
        blocks[row, block, 2 + place % 16] &= 0xF0 if place < 16 else 0x0F
    return blocks.reshape(words, -1)
