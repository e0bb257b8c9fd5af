"""The figures that stand in the sentences of README.md and MODEL_CARD.md, one function each, from `readme.measured`."""

from __future__ import annotations

from .tables import Metrics, percent


def accuracy(metrics: Metrics) -> str:
    """Return the headline: the share of MNIST's test images read right."""
    return percent(metrics["mnist"]["accuracy"])


def misread(metrics: Metrics) -> str:
    """Return how many of the test images were misread."""
    return str(len(metrics["mnist"]["misread"]))


def drawn(metrics: Metrics) -> str:
    """Return the share of the five writers' digits that are read right, the mean of the five ways they are drawn."""
    rows = metrics["sketch"]["rows"]
    shares = [each["accuracy"] for each in rows if each["set"] == rows[0]["set"]]
    return percent(sum(shares) / len(shares))


def billion(metrics: Metrics) -> str:
    """Say what a billion images take at the rates of the last two rows: of an idx file, and of image files."""
    section = metrics["bulk"]
    idx, files = (each["per_second"] / section["cores"] for each in section["rows"][-2:])
    hours = [1e9 / rate / 3600 for rate in (idx, files)]
    return (
        f"{hours[0]:,.0f} core-hours from idx files and {hours[1]:,.0f} from small image files in Parquet, which are "
        f"{hours[0] / 320:.1f} and {hours[1] / 320:.1f} hours on ten nodes of 32 such cores"
    )


def training(metrics: Metrics) -> str:
    """Say what the shipped run was."""
    run = metrics["model"]["trained"]
    line = run.get("line") or [run["run"]]
    names = f"{'runs' if len(line) > 1 else 'run'} {', '.join(f'`{name}`' for name in line)}"
    copies = run.get("copies") or 1
    hands = f"{run['hands']:,} digits in other hands " if run.get("hands") else ""
    again = f", all but the images drawn again {copies} times" if copies > 1 else ""
    return (
        f"{names}: {run['epochs']} epochs on {run['images']:,} images, {run['drawings']:,} drawings, "
        f"{hands}and {run['outliers']:,} outliers{again}, batches of {run['batch']}, seed {run['seed']}, "
        f"{run['seconds'] / 60:.0f} minutes"
    )


def sprint(metrics: Metrics) -> str:
    """Say how soon a GPU is done, and what the network then reads of the 5,000."""
    run = metrics["sprint"]
    return (
        f"{run['mean_seconds']:.1f} s (mean of {len(run['seconds'])} seeds; {run['epochs']} epochs of MNIST alone on "
        f"one {run['device']}) it reads {percent(run['mean_accuracy'])} of the {run['n']:,}, and with the worst seed "
        f"{percent(min(run['accuracy']))}"
    )


def epoch(metrics: Metrics) -> str:
    """Say what augmentation costs."""
    section = metrics["epoch"]
    bare, augmented, *_ = section["rows"]
    more = 100 * (augmented["ratio"] - 1)
    return f"{more:.0f} % of an epoch's bare {bare['seconds']:.0f} s on top ({section['machine']})"


def web_megabytes(metrics: Metrics) -> str:
    """Return the size of the page that needs no server, with its networks, as it travels."""
    return f"{metrics['web']['compressed']:.0f} MB"


def parameters(metrics: Metrics) -> str:
    """Return the number of the network's parameters."""
    return f"{metrics['model']['parameters']:,}"


def outlier_parameters(metrics: Metrics) -> str:
    """Return the number of the outlier head's parameters."""
    return f"{metrics['model']['outlier_parameters']:,}"


def threshold(metrics: Metrics) -> str:
    """Return the outlier score above which nothing is taken for a digit."""
    return f"{metrics['model']['outlier_threshold']:.2f}"


def checksum(metrics: Metrics) -> str:
    """Return the sha256 of the model file that was measured."""
    return f"`{metrics['model']['sha256']}`"


def temperature(metrics: Metrics) -> str:
    """Return the temperature that the logits are divided by."""
    return f"{metrics['mnist']['temperature']:.3f}"
