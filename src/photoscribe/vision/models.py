"""The packs of models that can recognise faces, and what they may be used for.

Nothing here imports a model library: listing them costs nothing.
"""

from dataclasses import dataclass

from photoscribe.core.errors import UsageError
from photoscribe.vision.manifest import EDGEFACE, INSIGHTFACE_MBF, SFACE, YUNET
from photoscribe.vision.weights import Weights

# Revision of what happens between picture and vector: looks, alignment, quality. It is in the version of every
# face, so raising it makes every library compute its faces again.
_REVISION = 1


@dataclass(frozen=True, slots=True)
class PairCosines:
    """How alike two faces must be. best: most right decisions on as many pairs of one person as of two.

    far_1e_3: reached by one of 1,000 pairs of two persons, far_1e_4 by one of 10,000, far_1e_5 by one of 100,000;
    found_1e_3 ...: the share of the pairs of one person that reach the same.

    LFW through the detector and the alignment of this program: 3,299 pictures of 1,106 people, 7,003 pairs of one
    person and 5,433,048 of two, 2026-11-20. Public models may know these people, and strangers of one origin are more
    alike than the rates say: at far_1e_4, one in 800 East Asian pairs of w600k_mbf, one in 300 of EdgeFace and one
    in 8,000 of SFace. Grouping and recognition have thresholds of their own.
    """

    best: float
    far_1e_3: float
    far_1e_4: float
    far_1e_5: float
    found_1e_3: float
    found_1e_4: float
    found_1e_5: float


@dataclass(frozen=True, slots=True)
class Pack:
    """A detector and an embedder. dim: of the vectors. notes: what to know before choosing it.

    model: names the space of the vectors; only vectors of one model can be compared.
    mean, scale: the embedder takes (value - mean) * scale for values in 0..255.
    """

    name: str
    model: str
    detector: Weights
    embedder: Weights
    dim: int
    mean: float
    scale: float
    cosines: PairCosines
    notes: str

    @property
    def version(self) -> str:
        """Changes whenever the same picture may give other faces or vectors."""
        return f"yunet-2023mar+{self.model}/{_REVISION}"

    @property
    def weights(self) -> tuple[Weights, ...]:
        return self.detector, self.embedder

    @property
    def licence(self) -> str:
        return " AND ".join(dict.fromkeys(one.licence for one in self.weights))

    @property
    def needs_consent(self) -> bool:
        """Whether a person must say that their use is what the licence allows, before anything is fetched."""
        return any(one.use == "non-commercial" for one in self.weights)


DEFAULT = Pack(
    name="sface",
    model="sface-2021dec",
    detector=YUNET,
    embedder=SFACE,
    dim=128,
    mean=0,
    scale=1,
    cosines=PairCosines(0.325, 0.370, 0.426, 0.481, 0.9941, 0.9843, 0.9617),
    notes="free for any use",
)

PACKS = (
    DEFAULT,
    Pack(
        name="edgeface",
        model="edgeface-s",
        detector=YUNET,
        embedder=EDGEFACE,
        dim=512,
        mean=127.5,
        scale=1 / 127.5,
        cosines=PairCosines(0.338, 0.343, 0.410, 0.471, 0.9981, 0.9954, 0.9883),
        notes="more accurate and faster; for non-commercial use only, with attribution to Idiap, "
        "shared under the same licence",
    ),
    Pack(
        name="insightface-mbf",
        model="w600k-mbf",
        detector=YUNET,
        embedder=INSIGHTFACE_MBF,
        dim=512,
        mean=127.5,
        scale=1 / 127.5,
        cosines=PairCosines(0.215, 0.232, 0.288, 0.344, 0.9970, 0.9933, 0.9833),
        notes="more accurate; for non-commercial research only, by the terms of InsightFace",
    ),
)


def pack_named(name: str) -> Pack:
    """Raises UsageError for a name that no pack has."""
    for pack in PACKS:
        if pack.name == name:
            return pack
    raise UsageError(f"no such model: {name}. Choose one of {', '.join(pack.name for pack in PACKS)}")
