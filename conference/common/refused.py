"""A service's no: to a page, an API call and a socket command alike."""


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """What was asked for is not done, and nothing was written.

    `code` is for programs ("slow_mode"), `text` for people, `retry_after` the seconds after which it may go.
    """

    def __init__(self, code: str, text: str, *, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.retry_after = retry_after

    def as_dict(self) -> dict[str, object]:
        """Return the public form, the same on the socket and in the API."""
        public: dict[str, object] = {"code": self.code, "text": self.text}
        if self.retry_after is not None:
            public["retry_after"] = self.retry_after
        return public
