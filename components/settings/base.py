"""What every block of stack configuration has in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Settings(BaseModel):
    """A block of stack configuration: immutable, and closed to keys it does not know."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, use_attribute_docstrings=True
    )


Environment = Literal["development", "production"]
Workload = Literal["interactive", "internal", "batch", "development"]
Precision = Literal["bf16", "fp8", "int4", "mxfp4"]

Label = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=20)]
"""A DNS label short enough to stand inside AWS and Kubernetes names."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A fraction from 0 to 1."""
