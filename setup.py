"""What pyproject.toml cannot say: the top-level `resources` is packed as readstation/resources."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[
        *find_namespace_packages("src", exclude=["*__pycache__*", "*.egg-info*"]),
        "readstation.resources",
    ],
    package_data={"": ["*.mako"], "readstation.resources": ["**"]},
)
