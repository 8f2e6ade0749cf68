"""What comes beside files: whether the unit may see them."""

from hotline.fields import Form


class AttachForm(Form):
    """Files from staff; on a confidential ticket the unit sees them only when marked."""

    for_unit: bool = False


class MarkForm(Form):
    """Shown to the unit, or kept from it."""

    for_unit: bool
