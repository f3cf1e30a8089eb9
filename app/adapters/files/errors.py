"""Errors of the model files, in our words.

ModelFileError              (retryable: whether trying again can help)
├── ManifestInvalid         models/manifest.toml breaks its own rules
├── ModelUnknown            a name that the manifest does not list
├── ModelFileMissing        not in the cache yet
├── ModelFileCorrupt        there, but not the file that the manifest names
├── DownloadFailed          the package can't be had: network, index or pip
├── FetchBusy               another process is fetching into the same cache
├── CacheUnwritable         the disk is full, or the cache folder can't be written
└── BadFusionFile           clips, or a fitted blend, of another shape (in `fusion_file`)
"""

from __future__ import annotations


class ModelFileError(Exception):
    """A model file can't be used; the message says which, what is safe, and what to do."""

    retryable: bool = False


class ManifestInvalid(ModelFileError):
    """The manifest is not readable, or an entry in it is incomplete."""


class ModelUnknown(ModelFileError):
    """A model was named that the manifest does not list."""


class ModelFileMissing(ModelFileError):
    """A model file is not in the cache; `sounding models fetch` gets it."""


class ModelFileCorrupt(ModelFileError):
    """A file's bytes differ from those that the manifest names."""


class DownloadFailed(ModelFileError):
    """A package could not be downloaded; what was fetched before is kept."""

    retryable = True


class FetchBusy(ModelFileError):
    """Another process holds the cache's lock."""

    retryable = True


class CacheUnwritable(ModelFileError):
    """The disk is full or the folder is not writable; finished files are untouched."""

    retryable = True
