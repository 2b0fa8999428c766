from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Static files under names with a hash, in the imports of our ES modules too: browsers keep them for ever."""

    support_js_module_import_aggregation = True
